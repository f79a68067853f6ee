#include "searcher.hpp"

#include <algorithm>

#include "verify.hpp"

namespace doorward::hamming {

void Searcher::scan(const Hash& query, unsigned radius, std::vector<Hit>& hits) const {
    constexpr std::size_t kPiece = 4096;  // hits are given room piece by piece
    std::size_t found = 0;
    for (std::size_t begin = 0; begin < segment_.size; begin += kPiece) {
        const std::size_t end = std::min<std::size_t>(segment_.size, begin + kPiece);
        if (hits.size() < found + kPiece) {
            hits.resize(2 * found + kPiece);
        }
        found += kernels_.scan(query.data(), segment_.hashes, begin, end, radius, hits.data() + found);
    }
    hits.resize(found);
}

void Searcher::find(const Hash& query, unsigned radius, Scratch& scratch) const {
    scratch.hits.clear();
    if (radius > kMaxIndexedRadius || segment_.size <= 1024) {
        scan(query, radius, scratch.hits);
        return;
    }
    std::array<unsigned, kChunks> order{};
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        order[chunk] = chunk;
    }
    const Thresholds thresholds = even_thresholds(radius, order);
    scratch.probes.collect(segment_, query, thresholds);
    if (scratch.probes.candidates > segment_.size ||
        !scratch.survivors.collect(segment_, kernels_, query, scratch.probes, segment_.size / 8)) {
        scan(query, radius, scratch.hits);
        return;
    }
    verify(segment_, kernels_, query, thresholds, scratch.survivors, radius, scratch.hits);
}

}  // namespace doorward::hamming
