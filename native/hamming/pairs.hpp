// The (hash, id) pairs of a segment: what a hit means to the caller, and removal.
//
// Pairs are numbered: pair r < size is hash r with its smallest id; pair size + j is the j-th of the
// further ids.
#pragma once

#include <vector>

#include "kernels.hpp"
#include "order.hpp"
#include "segment.hpp"
#include "tombstones.hpp"

namespace doorward::hamming {

class Pairs {
   public:
    explicit Pairs(const Segment& segment)
        : segment_(segment), buried_(std::size_t{segment.size} + segment.more) {}

    std::size_t count() const { return std::size_t{segment_.size} + segment_.more; }
    bool live(std::size_t pair) const { return buried_.live(pair); }

    // Appends to `answers` every live pair of the hits from `begin` to `end`, ordered by distance,
    // then id.
    void answer(const Hit* begin, const Hit* end, std::vector<Answer>& answers) const;

    // True if the hash of this row is live with this id. Throws CorruptIndex.
    bool has(std::uint32_t row, std::uint64_t id) const;

    // Removes every pair with this id, or the pair of this row with it; returns how many were live.
    std::size_t remove(std::uint64_t id);
    std::size_t remove(std::uint32_t row, std::uint64_t id);

   private:
    // The further ids of a row: a stretch of more_ids.
    Bucket more_of(std::uint32_t row) const;

    Segment segment_;
    Tombstones buried_;
};

}  // namespace doorward::hamming
