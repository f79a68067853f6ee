// The candidates that the neighbour filter lets through.
#pragma once

#include <vector>

#include "kernels.hpp"
#include "probes.hpp"

namespace doorward::hamming {

class Survivors {
   public:
    // Streams the probes' entries through the filter. Gives up, and returns false, when more than
    // `most` survive. Throws CorruptIndex.
    bool collect(const Segment& segment, const Kernels& kernels, const Hash& query, const Probes& probes,
                 std::size_t most);

    std::size_t size() const { return count_; }

    // The survivors' rows in the order of the chunks that found them: those of `chunk` are
    // rows()[begin(chunk)] … rows()[begin(chunk + 1) - 1].
    const std::uint32_t* rows() const { return rows_.data(); }
    std::size_t begin(unsigned chunk) const { return begins_[chunk]; }

   private:
    void filter(const Segment& segment, const Kernels& kernels, const Hash& query, const Probe& probe);
    void resolve(const Segment& segment, unsigned chunk);

    // Until a chunk is resolved: places in its arrays. Then rows. Room is kept from search to search.
    std::vector<std::uint32_t> rows_;
    std::array<std::size_t, kChunks + 1> begins_{};
    std::size_t count_ = 0;
};

}  // namespace doorward::hamming
