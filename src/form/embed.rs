//! The data of a form's media, out of the stanza that brought the form (XEP-0231).

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use minidom::Element;

use super::Form;
use super::arena::Arena;
use super::media::{self, MediaData, MediaRecord, NO_DATA};
use crate::config::Limits;
use crate::error::Violation;
use crate::xml::NS_REGISTER;

/// Takes in the data of the form's media, wherever in the stanza it stands: beside the form (XEP-0231 section 2.1), or
/// in the IQ itself, or in its error.
pub(crate) fn embed(form: &mut Form, iq: &Element, limits: &Limits) -> Result<(), Violation> {
    let arena = &form.arena;
    let cids = arena.media.iter().filter_map(|it| plain_cid(it, arena));
    // A map, since a hostile server may send many of both.
    let found: BTreeMap<_, _> = cids.map(|cid| (cid, NO_DATA)).collect();
    if found.is_empty() {
        return Ok(());
    }
    let mut embedder = Embedder {
        data: Vec::new(),
        found,
        room: limits.picture_bytes,
    };
    for child in iq.children() {
        embedder.take(child)?;
        for inner in child.children() {
            embedder.take(inner)?;
            if inner.is("query", NS_REGISTER) {
                inner.children().try_for_each(|it| embedder.take(it))?;
            }
        }
    }
    let Embedder { data, found, .. } = embedder;
    let places: Vec<u32> = arena
        .media
        .iter()
        .map(|it| plain_cid(it, arena).map_or(NO_DATA, |cid| found[&cid]))
        .collect();
    for (record, place) in form.arena.media.iter_mut().zip(places) {
        record.data = place;
    }
    form.arena.media_data = data;
    Ok(())
}

/// Takes in data that came later, unless the form does not refer to it, or has it already. Data that was of no use makes
/// room for it.
pub(super) fn attach(form: &mut Form, data: MediaData) {
    let cid = media::plain_cid(data.cid());
    let arena = &form.arena;
    let same = |it: &MediaRecord| plain_cid(it, arena).as_ref() == Some(&cid);
    let wanted: Vec<usize> = (0..arena.media.len())
        .filter(|&at| same(&arena.media[at]))
        .collect();
    let Some(&first) = wanted.first() else {
        return;
    };
    let place = arena.media[first].data as usize;
    let place = match form.arena.media_data.get_mut(place) {
        Some(there) => {
            if there.bytes().is_err() {
                *there = data;
            }
            return;
        }
        None => form.arena.media_data.len(),
    };
    let Ok(place) = u32::try_from(place) else {
        return;
    };
    form.arena.media_data.push(data);
    for at in wanted {
        form.arena.media[at].data = place;
    }
}

fn plain_cid<'a>(record: &MediaRecord, arena: &'a Arena) -> Option<Cow<'a, [u8]>> {
    let cid = media::cid(record.uri.of(&arena.text)?)?;
    Some(media::plain_cid(cid))
}

struct Embedder<'a> {
    data: Vec<MediaData>,
    found: BTreeMap<Cow<'a, [u8]>, u32>,
    room: usize,
}

impl Embedder<'_> {
    fn take(&mut self, element: &Element) -> Result<(), Violation> {
        let Some(cid) = media::data_cid(element) else {
            return Ok(());
        };
        let Some(place) = self.found.get_mut::<[u8]>(&media::plain_cid(cid)) else {
            return Ok(());
        };
        if let Some(there) = self.data.get_mut(*place as usize) {
            // The first that is of use counts.
            if there.bytes().is_err() {
                *there = MediaData::read(element, cid, &mut self.room)?;
            }
            return Ok(());
        }
        let data = MediaData::read(element, cid, &mut self.room)?;
        if let Ok(at) = u32::try_from(self.data.len()) {
            *place = at;
            self.data.push(data);
        }
        Ok(())
    }
}
