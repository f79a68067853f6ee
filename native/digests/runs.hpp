// Where digests stand among sorted ones.
//
// Digests of different files are spread evenly. Of n sorted ones, those before a digest are as many as
// a coin shows heads in n throws, if it falls on heads with the probability digest / largest digest: the
// place is known from the first bytes, but for a standard deviation of at most sqrt(n) / 2. So two
// probes, a few deviations on either side of the guess, leave some sqrt(n) rows, and two more leave a
// few hundred. This is interpolation search (W. W. Peterson, "Addressing for random-access storage",
// IBM Journal 1, 1957) with margins, which make it as quick where the digest is not there, as it is
// nearly always. Where a guess does not at least halve what is left, the digests are not spread evenly
// and halving takes over: no list costs more than 3 log2 n probes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace doorward {

// Digests in ascending order as bytes: `count` rows of `width` bytes, one after another.
struct DigestRows {
    const std::uint8_t* bytes;
    std::size_t count;
    std::size_t width;
};

// Rows begin … end (end excluded).
struct Run {
    std::size_t begin;
    std::size_t end;
};

// The rows that equal `digest`, `width` bytes; where there are none, an empty run. Never reads
// outside, whatever the order of the rows.
Run equal_rows(const DigestRows& rows, const std::uint8_t* digest);

}  // namespace doorward
