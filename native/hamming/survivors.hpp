// The candidates that the neighbour filter lets through.
#pragma once

#include <vector>

#include "kernels.hpp"
#include "probes.hpp"

namespace doorward::hamming {

struct Survivors {
    std::vector<std::uint32_t> places;               // in the arrays of their chunk; chunk by chunk
    std::array<std::size_t, kChunks + 1> offsets{};  // where each chunk's begin in `places`
    std::size_t count = 0;                           // places in use

    // Streams the probes' entries through the filter. Gives up, and returns false, when more than
    // `most` survive.
    bool collect(const Segment& segment, const Kernels& kernels, const Hash& query, const Probes& probes,
                 std::size_t most);

   private:
    void filter_bucket(const Segment& segment, const Kernels& kernels, unsigned chunk, const Probe& probe,
                       std::uint16_t wanted);
};

}  // namespace doorward::hamming
