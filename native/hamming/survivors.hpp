// The candidates that the neighbour filter lets through.
#pragma once

#include <algorithm>
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

    // Survivors whose hashes are asked for as soon as they are found, so that they have arrived when the
    // last bucket has been streamed. For more than a few that would be in vain, and dear if the search
    // gives up.
    static std::size_t eager(std::size_t most) { return std::min<std::size_t>(1024, most / 32); }

    std::size_t size() const { return count_; }

    // The survivors' places in the arrays of their chunk: those of `chunk` are places()[begin(chunk)] …
    // places()[begin(chunk + 1) - 1].
    const std::uint32_t* places() const { return places_.data(); }
    std::size_t begin(unsigned chunk) const { return begins_[chunk]; }

   private:
    void filter(const Segment& segment, const Kernels& kernels, const Hash& query, const Probe& probe);
    void ask_for_rows(const Segment& segment, unsigned chunk, std::size_t first) const;
    void ask_for_hashes(const Segment& segment, unsigned chunk) const;

    std::vector<std::uint32_t> places_;  // the first count_ are in use; room is kept from search to search
    std::array<std::size_t, kChunks + 1> begins_{};
    std::size_t count_ = 0;
};

}  // namespace doorward::hamming
