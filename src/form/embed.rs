//! The data of a form's media, out of the stanza that brought the form (XEP-0231).

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use minidom::Element;

use super::media::{self, MediaData};
use super::{Field, Form, Media};
use crate::config::Limits;
use crate::error::Violation;
use crate::xml::NS_REGISTER;

/// Takes in the data of the form's media, wherever in the stanza it stands: beside the form (XEP-0231 section 2.1), or
/// in the IQ itself, or in its error.
pub(crate) fn embed(form: &mut Form, iq: &Element, limits: &Limits) -> Result<(), Violation> {
    let cids = form.fields().flat_map(Field::media).filter_map(Media::cid);
    // A set, since a hostile server may send many of both.
    let wanted: BTreeSet<_> = cids.map(media::plain_cid).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let mut embedder = Embedder {
        form,
        wanted,
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
    Ok(())
}

struct Embedder<'a> {
    form: &'a mut Form,
    wanted: BTreeSet<Vec<u8>>,
    room: usize,
}

impl Embedder<'_> {
    fn take(&mut self, element: &Element) -> Result<(), Violation> {
        if let Some(cid) = media::data_cid(element)
            && self.wanted.remove(&media::plain_cid(cid))
        {
            let data = MediaData::read(element, cid, &mut self.room)?;
            self.form.media_data.push(data);
        }
        Ok(())
    }
}
