/// How many values a chunk holds.
const CHUNK: usize = 1024;

/// A sequence that only grows, in pieces: what is in it is never moved, however long it gets.
#[derive(Debug)]
pub(super) struct Chunks<T> {
    chunks: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            len: 0,
        }
    }
}

impl<T> Chunks<T> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, value: T) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        self.chunks[self.len / CHUNK].push(value);
        self.len += 1;
    }

    pub(super) fn get(&self, place: usize) -> Option<&T> {
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)
    }

    /// The values from `place` on.
    pub(super) fn from(&self, place: usize) -> impl Iterator<Item = &T> {
        let (first, skipped) = (place / CHUNK, place % CHUNK);
        self.chunks
            .get(first..)
            .unwrap_or_default()
            .iter()
            .flatten()
            .skip(skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_they_were_put_also_across_chunks() {
        let mut chunks = Chunks::default();
        for value in 0..=2 * CHUNK {
            assert_eq!(chunks.len(), value);
            chunks.push(value);
        }
        for place in [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK] {
            assert_eq!(chunks.get(place), Some(&place));
            let rest: Vec<usize> = chunks.from(place).copied().collect();
            assert_eq!(rest, (place..=2 * CHUNK).collect::<Vec<_>>());
        }
        for end in [2 * CHUNK + 1, 3 * CHUNK, usize::MAX] {
            assert_eq!(chunks.get(end), None);
            assert_eq!(chunks.from(end).next(), None);
        }
    }
}
