#include "thresholds.hpp"

#include "bits.hpp"

namespace doorward::hamming {

Thresholds even_thresholds(unsigned radius, const std::array<unsigned, kChunks>& first) {
    Thresholds thresholds{};
    const unsigned bits = radius + 1;
    for (unsigned place = 0; place < kChunks; ++place) {
        const unsigned share = bits / kChunks + (place < bits % kChunks ? 1 : 0);
        thresholds.at[first[place]] = static_cast<int>(share) - 1;
    }
    return thresholds;
}

unsigned answering_chunk(const Thresholds& thresholds, const std::uint64_t* hash,
                         const std::uint64_t* query) {
    std::array<int, kChunks> distances{};
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        distances[chunk] =
            popcount16(static_cast<std::uint16_t>(chunk_of(hash, chunk) ^ chunk_of(query, chunk)));
    }
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        const int distance = distances[chunk];
        if (distance <= thresholds[chunk] &&
            distances[next_chunk(chunk)] <= thresholds.neighbour_limit(chunk, distance)) {
            return chunk;
        }
    }
    return kChunks;
}

}  // namespace doorward::hamming
