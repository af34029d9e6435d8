//! Whole sequences of calls: a task from its first request to its end, with everything that can go wrong on the way.

use crate::model::{Model, Next};
use crate::ops::{Filling, Id, Kind, Op, Record, Sender, Setup, Which};
use crate::replies::{Body, Reply};

/// How many calls follow the end of a task.
const AFTERMATH: usize = 4;

/// A task, and what happens to it.
#[derive(Debug, Clone)]
pub struct Script {
    pub setup: Setup,
    pub ops: Vec<Op>,
}

impl Script {
    /// Every second call or so is what the model says would get the task on: calls at random alone end it too soon.
    pub fn decode(setup: Record, records: &[Record]) -> Self {
        let setup = Setup::decode(setup);
        let mut ops = Vec::new();
        let Ok(mut model) = Model::begin(setup) else {
            return Script { setup, ops };
        };
        let mut left = AFTERMATH;
        for record in records {
            let op = match record[0].checked_sub(144) {
                None => likely(&model, setup, *record),
                Some(at_random) => {
                    let mut record = *record;
                    // 112 values are left to choose one of 256.
                    record[0] = u8::try_from(u16::from(at_random) * 255 / 111).unwrap_or(u8::MAX);
                    Op::decode(record, setup.who)
                }
            };
            model.act(&op);
            ops.push(op);
            if model.is_finished() {
                left -= 1;
            }
            if left == 0 {
                break;
            }
        }
        Script { setup, ops }
    }
}

fn likely(model: &Model, setup: Setup, record: Record) -> Op {
    let [_, a, b, c, d, ..] = record;
    let reply = |kind, body| {
        Op::Stanza(Reply {
            id: Id::Current,
            kind,
            sender: Sender::decode(c % 208, setup.who),
            body,
            // Twelve values of the envelope are a client's.
            detail: [record[5] % 240, record[6], record[7] / 16 * 16],
        })
    };
    match model.next() {
        Next::Poll => Op::Poll(None),
        // What is cut off while a change is out is where the outcome is in doubt.
        Next::Demand | Next::Refusal if a >= 224 => Op::stream_error(a),
        Next::Offer => reply(Kind::Result, Body::of_form(d)),
        Next::Demand => reply(Kind::Error, Body::Data("form", Body::form(d))),
        Next::Refusal if a < 208 => reply(Kind::Error, Body::decode(d)),
        Next::Refusal | Next::Result => reply(Kind::Result, Body::Nothing),
        Next::Submit if c >= 240 => Op::FetchMedia,
        Next::Picture if a < 200 => reply(Kind::Result, Body::Picture),
        Next::Submit if c >= 216 => Op::RequestForm,
        // Where there are two, the older one is stale.
        Next::Submit if a >= 208 => Op::Submit(Which::Oldest, Filling::decode([b, c])),
        Next::Submit | Next::Picture => Op::Submit(Which::Newest, Filling::decode([b, c])),
        Next::RequestForm => Op::RequestForm,
    }
}
