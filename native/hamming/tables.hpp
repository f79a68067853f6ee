// One segment as its users see it: hashes in, ids out.
#pragma once

#include <vector>

#include "batch.hpp"
#include "pairs.hpp"
#include "permutation.hpp"
#include "search.hpp"

namespace doorward::hamming {

// Safe to use from many threads at once; one thread at a time may remove.
class Tables {
   public:
    Tables(const Permutation& permutation, const Segment& segment, const Kernels& kernels,
           const Costs& costs)
        : permutation_(permutation),
          segment_(segment),
          kernels_(kernels),
          costs_(costs),
          pairs_(segment) {}

    const Kernels& kernels() const { return kernels_; }
    const Costs& costs() const { return costs_; }
    const Pairs& pairs() const { return pairs_; }
    const Decisions& decisions() const { return decisions_; }

    // Appends every live pair within the radius of a hash of 32 bytes, ordered by distance, then id.
    void search(const std::uint8_t* hash, unsigned radius, std::vector<Answer>& answers) const;

    // The same for `count` hashes: the answers to hash i end at ends[i].
    void search_batch(const std::uint8_t* hashes, std::size_t count, unsigned radius,
                      std::vector<Answer>& answers, std::uint64_t* ends) const;

    // Like `search`, by comparing every hash.
    void scan(const std::uint8_t* hash, unsigned radius, std::vector<Answer>& answers) const;

    bool has(const std::uint8_t* hash, std::uint64_t id) const;

    // Remove every pair with one of these ids, or the pairs (hashes[i], ids[i]); how many were live.
    std::size_t remove(const std::uint64_t* ids, std::size_t count);
    std::size_t remove_pairs(const std::uint8_t* hashes, const std::uint64_t* ids, std::size_t count);

   private:
    // The hits of one search; they stay until this thread's next. `spent_ns`: see Search.
    const std::vector<Hit>& find(const Hash& query, unsigned radius, double spent_ns = 0) const;
    void search_together(const std::vector<Hash>& queries, unsigned radius, std::vector<Answer>& answers,
                         std::uint64_t* ends) const;

    Permutation permutation_;
    Segment segment_;
    const Kernels& kernels_;
    Costs costs_;
    Pairs pairs_;
    mutable Decisions decisions_;
};

}  // namespace doorward::hamming
