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
        if (rows_.size() < count_ + kPiece) {
            rows_.resize(2 * count_ + kPiece);
        }
        const std::size_t before = count_;
        count_ += kernels.filter(nexts, begin, end, segment.readable(probe.chunk), wanted, probe.limit,
                                 rows_.data() + count_);
        for (std::size_t i = before; i < count_; ++i) {
            prefetch(segment.row_place(probe.chunk, rows_[i]));
        }
        begin = end;
    }
}

// Places become rows, and the hashes of the rows are asked for. Done a chunk late: by then the rows
// that filter() asked for have arrived.
void Survivors::resolve(const Segment& segment, unsigned chunk) {
    for (std::size_t i = begins_[chunk]; i < begins_[chunk + 1]; ++i) {
        rows_[i] = segment.row(chunk, rows_[i]);
        prefetch(segment.hash(rows_[i]));
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
            filter(segment, kernels, query, list[i]);
            lookahead.done(list[i].bucket);
            if (count_ > most) {
                return false;
            }
        }
        begins_[chunk + 1] = count_;
        if (chunk > 0) {
            resolve(segment, chunk - 1);
        }
    }
    resolve(segment, kChunks - 1);
    return true;
}

}  // namespace doorward::hamming
