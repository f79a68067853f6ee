#include "survivors.hpp"

#include <algorithm>

#include "lookahead.hpp"

namespace doorward::hamming {
namespace {

// Entries filtered in one call: bounds what one call can add to the rows, however full a bucket is.
constexpr std::uint32_t kPiece = 4096;

}  // namespace

void Survivors::filter(const Segment& segment, const Kernels& kernels, const Hash& query,
                       const Probe& probe) {
    const std::uint16_t* nexts = segment.nexts_of(probe.chunk);
    const std::uint16_t wanted = chunk_of(query.data(), next_chunk(probe.chunk));
    for (std::uint32_t begin = probe.bucket.begin; begin < probe.bucket.end;) {
        const std::uint32_t end = begin + std::min(kPiece, probe.bucket.end - begin);
        if (places_.size() < count_ + kPiece) {
            places_.resize(2 * count_ + kPiece);
        }
        count_ += kernels.filter(nexts, begin, end, segment.readable(probe.chunk), wanted, probe.limit,
                                 places_.data() + count_);
        begin = end;
    }
}

void Survivors::ask_for_rows(const Segment& segment, unsigned chunk, std::size_t first) const {
    for (std::size_t i = first; i < count_; ++i) {
        prefetch(segment.row_place(chunk, places_[i]));
    }
}

void Survivors::ask_for_hashes(const Segment& segment, unsigned chunk) const {
    for (std::size_t i = begins_[chunk]; i < begins_[chunk + 1]; ++i) {
        prefetch(segment.hash(segment.row(chunk, places_[i])));
    }
}

bool Survivors::collect(const Segment& segment, const Kernels& kernels, const Hash& query,
                        const Probes& probes, std::size_t most) {
    count_ = 0;
    const std::vector<Probe>& list = probes.list;
    Lookahead<std::vector<Probe>> lookahead(segment, list);
    std::size_t i = 0;
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        begins_[chunk] = count_;
        for (; i < list.size() && list[i].chunk == chunk; ++i) {
            const std::size_t before = count_;
            filter(segment, kernels, query, list[i]);
            lookahead.done(list[i].bucket);
            if (count_ > most) {
                return false;
            }
            if (count_ <= eager(most)) {
                ask_for_rows(segment, chunk, before);
            }
        }
        begins_[chunk + 1] = count_;
        if (chunk > 0 && begins_[chunk] <= eager(most)) {  // a chunk late: its rows have arrived
            ask_for_hashes(segment, chunk - 1);
        }
    }
    return true;
}

}  // namespace doorward::hamming
