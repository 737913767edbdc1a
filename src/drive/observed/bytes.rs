//! Bytes as text: as they are, unpacked, or out of the encoding that their first two say. What is no text is told by what
//! it is.

use super::text::LENGTH_MAX;
use crate::drive::at::invalid;
use crate::model::{Code, Rejection, Rule};
use flate2::bufread::MultiGzDecoder;
use std::io::Read;

/// How packed files begin that are not unpacked here, what they are, and what unpacks them.
const PACKED: [(&[u8], &str, &str); 4] = [
    (b"PK\x03\x04", "a zip archive", "unzip"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd", "zstd -d"),
    (b"\xfd7zXZ\0", "packed by xz", "xz -d"),
    (b"BZh", "packed by bzip2", "bzip2 -d"),
];

/// The text in these bytes, which are told of by `place`.
pub fn text_of(bytes: &[u8], place: &str) -> Result<String, Rejection> {
    if bytes.starts_with(b"\x1f\x8b") {
        let mut unpacked = Vec::new();
        // One more than may be: what is cut off there is too long, and a bomb goes off no further.
        let most = LENGTH_MAX as u64 + 1;
        MultiGzDecoder::new(bytes)
            .take(most)
            .read_to_end(&mut unpacked)
            .map_err(|_| invalid(place, "it is packed by gzip, and is damaged or cut off. Pack it anew."))?;
        if unpacked.len() > LENGTH_MAX {
            let message = format!("unpacked it has more than the {LENGTH_MAX} bytes that are read.");
            return Err(Rejection {
                code: Code::ResourceExhausted,
                rule: Rule::CommandInvalid,
                ..invalid(place, message)
            });
        }
        return plain(unpacked, place);
    }
    plain(bytes.to_vec(), place)
}

fn plain(bytes: Vec<u8>, place: &str) -> Result<String, Rejection> {
    if let Some((_, what, tool)) = PACKED.iter().find(|(begins, ..)| bytes.starts_with(begins)) {
        return Err(invalid(place, format!("it is {what}; unpack it first, as with `{tool}`.")));
    }
    // What a shell of Windows writes begins with a mark of its encoding.
    let wide = [(&b"\xff\xfe"[..], u16::from_le_bytes as fn([u8; 2]) -> u16), (b"\xfe\xff", u16::from_be_bytes)];
    if let Some((mark, unit)) = wide.into_iter().find(|(mark, _)| bytes.starts_with(mark)) {
        let rest = bytes.get(mark.len()..).unwrap_or_default();
        let units = rest.chunks(2).map(|pair| match *pair {
            [first, second] => unit([first, second]),
            // Half a unit is none.
            _ => 0xd800,
        });
        let text: Result<String, _> = char::decode_utf16(units).collect();
        return text.map_err(|_| invalid(place, "it begins as text in UTF-16, and is cut off or damaged."));
    }
    if bytes.contains(&0) {
        return Err(invalid(place, "it holds zero bytes, as no text does: it is binary, or UTF-16 without its mark."));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message =
            format!("it is no text in UTF-8 (byte {at} is none); `iconv -t utf-8` makes one of another encoding.");
        invalid(place, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    #[test]
    fn text_is_found_in_gzip_and_in_utf_16() {
        let two = [packed(b"run_name,"), packed(b"name")].concat();
        let wide = |text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
            mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        for (bytes, text) in [
            (b"a: 1".to_vec(), "a: 1"),
            (packed(b"a: 1"), "a: 1"),
            (two, "run_name,name"),
            (wide("größer", [0xff, 0xfe], u16::to_le_bytes), "größer"),
            (wide("größer", [0xfe, 0xff], u16::to_be_bytes), "größer"),
            (packed(&wide("a", [0xff, 0xfe], u16::to_le_bytes)), "a"),
        ] {
            assert_eq!(text_of(&bytes, "").as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_text_is_told_by_what_it_is() {
        let bomb = packed(&vec![b' '; LENGTH_MAX + 1]);
        let mut cut = packed(b"a: 1");
        cut.truncate(12);
        for (bytes, words) in [
            (b"PK\x03\x04rest".to_vec(), "[1]: it is a zip archive; unpack it first, as with `unzip`."),
            (packed(b"BZh9"), "[1]: it is packed by bzip2"),
            (b"caf\xe9".to_vec(), "[1]: it is no text in UTF-8 (byte 3 is none)"),
            (b"\x89PNG\0".to_vec(), "[1]: it holds zero bytes"),
            (b"\xff\xfea".to_vec(), "[1]: it begins as text in UTF-16, and is cut off"),
            (cut, "[1]: it is packed by gzip, and is damaged or cut off."),
            (bomb, "[1]: unpacked it has more than"),
        ] {
            let error = text_of(&bytes, "[1]").expect_err(words);
            assert!(error.message.starts_with(words), "{error}");
        }
    }
}
