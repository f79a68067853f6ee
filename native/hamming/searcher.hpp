// The exact range search over one segment.
#pragma once

#include <vector>

#include "kernels.hpp"
#include "segment.hpp"
#include "survivors.hpp"

namespace doorward::hamming {

// What one search needs for itself. A thread keeps one and uses it again, so that a search asks for no
// memory.
struct Scratch {
    Probes probes;
    Survivors survivors;
    std::vector<Hit> hits;
};

class Searcher {
   public:
    Searcher(const Segment& segment, const Kernels& kernels) : segment_(segment), kernels_(kernels) {}

    const Segment& segment() const { return segment_; }
    const Kernels& kernels() const { return kernels_; }

    // Leaves in scratch.hits, in no order, every hash within the radius of the (permuted) query.
    // Throws CorruptIndex.
    void find(const Hash& query, unsigned radius, Scratch& scratch) const;

    // The same by comparing every hash.
    void scan(const Hash& query, unsigned radius, std::vector<Hit>& hits) const;

   private:
    Segment segment_;
    const Kernels& kernels_;
};

}  // namespace doorward::hamming
