use super::fields::is_blank;
use super::layout::is_header;
use super::line::purchase;
use super::{BadLine, Layout, Purchase};
use crate::quote::quoted;
use cqrs_core::Uuid;
use std::fs::File;
use std::io::{self, Read};
use std::iter::Enumerate;
use std::path::Path;
use std::str::Split;

/// The largest file that is read, in bytes; the full log has two million.
const MAX_BYTES: u64 = 256 << 20;

/// The end of a file, as DOS wrote it.
const CTRL_Z: char = '\u{1a}';

/// What may stand before the first character of a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The name space of the digests of logs.
const DIGESTS: Uuid = Uuid::from_u128(0x51ed_690a_88f1_4fcd_83f7_57f7_c3b5_2169);

/// A purchase log, read whole.
#[derive(Debug, Clone)]
pub struct Log {
    file: String,
    text: String,
    layout: Layout,
    header: Option<usize>,
    purchases: usize,
    digest: Uuid,
}

/// Why a file is no purchase log at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no such file.
    #[error("{file}: no such file; name a purchase log")]
    NoSuchFile {
        /// The file, as it was named.
        file: String,
    },
    /// It is a directory.
    #[error("{file} is a directory; name a purchase log in it")]
    Directory {
        /// The file, as it was named.
        file: String,
    },
    /// The system does not let it be read.
    #[error("{file} cannot be read; see that it is a file and that you may read it")]
    Unreadable {
        /// The file, as it was named.
        file: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// It is too large to be one.
    #[error("{file} has more than {} MiB; a purchase log is far smaller", MAX_BYTES >> 20)]
    TooLarge {
        /// The file, as it was named.
        file: String,
    },
    /// It is not a text.
    #[error(
        "{file}:{line}:{column}: expected text in UTF-8, found the byte 0x{byte:02x}; a packed log must be unpacked first"
    )]
    NotText {
        /// The file, as it was named.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column, in characters from 1.
        column: usize,
        /// The first byte that does not belong into a text.
        byte: u8,
    },
    /// No line holds anything, except perhaps a header.
    #[error("{file} is empty: expected a purchase a line, found none")]
    Empty {
        /// The file, as it was named.
        file: String,
    },
    /// No line has the form of a purchase.
    #[error(
        "{file}:{line}:1: expected `customer number date CDs dollars`, or `customer date CDs dollars`, \
         with the date as YYYYMMDD, found {}; no line of the file has either layout",
        quoted(.found)
    )]
    UnknownLayout {
        /// The file, as it was named.
        file: String,
        /// The first line that holds anything, from 1.
        line: usize,
        /// What it holds.
        found: String,
    },
}

impl Log {
    /// Reads the whole file at `path`.
    ///
    /// # Errors
    ///
    /// [`ReadError`] if it cannot be read or is no purchase log; a bad line among good ones is not an error yet.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let mut bytes = Vec::new();
        let read =
            File::open(path).and_then(|opened| opened.take(MAX_BYTES + 1).read_to_end(&mut bytes));
        match read {
            Ok(read) if read as u64 > MAX_BYTES => Err(ReadError::TooLarge { file }),
            Ok(_) => Self::parse(file, bytes),
            Err(_) if path.is_dir() => Err(ReadError::Directory { file }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(ReadError::NoSuchFile { file })
            }
            Err(source) => Err(ReadError::Unreadable { file, source }),
        }
    }

    /// Takes `bytes` as the content of a log named `file`.
    ///
    /// # Errors
    ///
    /// [`ReadError`] if they are no text, or no purchase log; a bad line among good ones is not an error yet.
    pub fn parse(file: impl Into<String>, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let file = file.into();
        let digest = Uuid::new_v5(&DIGESTS, &bytes);
        let text = match text(bytes) {
            Ok(text) => text,
            Err(NotText { line, column, byte }) => {
                return Err(ReadError::NotText {
                    file,
                    line,
                    column,
                    byte,
                });
            }
        };

        let mut lines = numbered(&text).peekable();
        let header = lines
            .next_if(|(_, line)| is_header(line))
            .map(|(number, _)| number);
        let Some(&(line, first)) = lines.peek() else {
            return Err(ReadError::Empty { file });
        };
        let layout = match header {
            Some(_) => Some(Layout::Full),
            None => lines.clone().find_map(|(_, line)| Layout::of(line)),
        };
        let purchases = lines.count();
        let Some(layout) = layout else {
            let found = first.trim_matches(is_blank).to_owned();
            return Err(ReadError::UnknownLayout { file, line, found });
        };
        Ok(Self {
            file,
            text,
            layout,
            header,
            purchases,
            digest,
        })
    }

    /// The file, as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// How the lines are laid out.
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// How many lines [`Log::lines`] gives, good and bad.
    pub const fn purchases(&self) -> usize {
        self.purchases
    }

    /// A name for the content of the file: the same bytes, the same digest.
    pub const fn digest(&self) -> Uuid {
        self.digest
    }

    /// A name for the purchase in this line: the same line of the same file, the same id, so that no purchase is
    /// recorded twice and two purchases that look alike are still two.
    pub fn id_of(&self, line: usize) -> Uuid {
        Uuid::new_v5(&self.digest, line.to_string().as_bytes())
    }

    /// The purchases, in the order of the file. Blank lines hold none and are passed over.
    pub fn lines(&self) -> Lines<'_> {
        Lines {
            log: self,
            rest: numbered(&self.text),
        }
    }
}

/// The purchases of a [`Log`], in the order of the file.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    log: &'a Log,
    rest: Numbered<'a>,
}

impl Iterator for Lines<'_> {
    type Item = Result<Purchase, BadLine>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, text) = self.rest.find(|&(line, _)| Some(line) != self.log.header)?;
        Some(
            purchase(self.log.layout, line, text).map_err(|fault| BadLine {
                file: self.log.file.clone(),
                line,
                column: fault.column,
                reason: fault.reason,
            }),
        )
    }
}

/// The lines of a text that hold anything, with their numbers from 1.
#[derive(Debug, Clone)]
struct Numbered<'a>(Enumerate<Split<'a, char>>);

fn numbered(text: &str) -> Numbered<'_> {
    Numbered(text.split('\n').enumerate())
}

impl<'a> Iterator for Numbered<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.0
            .find(|(_, line)| !line.chars().all(is_blank))
            .map(|(index, line)| (index + 1, line))
    }
}

/// The first byte that does not belong into a text.
struct NotText {
    line: usize,
    column: usize,
    byte: u8,
}

/// The bytes as text, without a mark at its beginning and what fills its end.
fn text(bytes: Vec<u8>) -> Result<String, NotText> {
    let (mut text, invalid) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            let invalid = bytes.get(valid).copied();
            bytes.truncate(valid);
            (String::from_utf8(bytes).unwrap_or_default(), invalid)
        }
    };
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len_utf8());
    }
    if invalid.is_none() {
        let filled = |c| c == CTRL_Z || c == '\n' || is_blank(c);
        text.truncate(text.trim_end_matches(filled).len());
    }

    let foreign = |c: char| c.is_control() && c != '\n' && !is_blank(c);
    let (before, byte) = match (text.find(foreign), invalid) {
        (Some(at), _) => (&text[..at], text.as_bytes()[at]),
        (None, Some(byte)) => (text.as_str(), byte),
        (None, None) => return Ok(text),
    };
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').take(1).flat_map(str::chars).count() + 1;
    Err(NotText { line, column, byte })
}
