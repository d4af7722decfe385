//! Where documents of events are divided, so that several threads may read the parts.

use memchr::{memchr_iter, memmem, memrchr};

use crate::envelope::json;

/// Where to divide the bytes of documents, so that most parts are whole events and no more; that it
/// may be in a message is found out when the parts are read.
#[must_use]
pub fn cuts(bytes: &[u8]) -> Vec<usize> {
    let Some(between) = between(bytes) else { return Vec::new() };
    let last_cut = memmem::FinderRev::new(&between);
    let space = between.len() - 1;
    let last_before = |end: usize| last_cut.rfind(&bytes[..end]).map(|cut| cut + space);
    let pages = memmem::find_iter(bytes, b"\"events\"").filter_map(|name| page(bytes, name));
    let around_pages = pages.flat_map(|(start, first)| [last_before(start), Some(first)]);
    let mut cuts: Vec<usize> = Vec::new();
    for cut in around_pages.chain([last_before(bytes.len())]).flatten() {
        if cut > cuts.last().copied().unwrap_or(0) {
            cuts.push(cut);
        }
    }
    cuts
}

/// What stands between the first two events, with the brace that opens the second.
fn between(bytes: &[u8]) -> Option<Vec<u8>> {
    memchr_iter(b'}', bytes).find_map(|end| {
        let after = json::skip_space(&bytes[end + 1..]).strip_prefix(b",")?;
        let next = json::skip_space(after);
        let is_event = json::skip_space(next.strip_prefix(b"{")?).starts_with(b"\"");
        is_event.then(|| bytes[end..=bytes.len() - next.len()].to_vec())
    })
}

/// Where the document starts whose events are named at a place, and where the first of them does.
fn page(bytes: &[u8], name: usize) -> Option<(usize, usize)> {
    let start = memrchr(b'{', &bytes[..name])?;
    let alone = json::skip_space(&bytes[start + 1..name]).is_empty();
    let (_, array) = json::name(&bytes[name..])?;
    let events = json::skip_space(array.strip_prefix(b"[")?);
    alone.then_some((start, bytes.len() - events.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_divided_between_events_and_pages() {
        let text = "{\"events\": [{\"a\": 1}, {\"b\": \"}, {\\\"events\\\"\"}, {\"c\": 2}], \
                    \"nextToken\": \"t\"} { \"events\" : [ {\"d\": 1}, {\"e\": 2";
        let ends: Vec<_> = cuts(text.as_bytes());
        let starts = ends.iter().map(|&end| &text[end..end + 5]);
        assert_eq!(starts.collect::<Vec<_>>(), ["{\"a\":", "{\"c\":", "{\"d\":", "{\"e\":"]);
        assert_eq!(cuts(b"{\"events\": [{\"a\": 1}"), Vec::<usize>::new());
    }
}
