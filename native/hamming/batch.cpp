#include "batch.hpp"

#include <algorithm>

#include "ball.hpp"
#include "lookahead.hpp"
#include "pipeline.hpp"

namespace doorward::hamming {
namespace {

constexpr std::uint32_t kPiece = 4096;   // entries filtered in one call
constexpr std::size_t kSortFrom = 512;    // queries: with fewer, hardly two look into one bucket

// Of what a search may spend on streaming, half: a dropped query is searched again on its own.
constexpr double kBatchShare = kStreamShare / 2;

}  // namespace

Batch::Batch(const Segment& segment, const Kernels& kernels, const Costs& costs, const Hash* queries,
             std::size_t count, unsigned radius)
    : segment_(segment),
      kernels_(kernels),
      costs_(costs),
      queries_(queries),
      count_(count),
      radius_(radius),
      most_ns_(kBatchShare * costs.scan_ns * static_cast<double>(segment.size)),
      accounts_(count),
      places_(kPiece) {
    for (std::size_t query = 0; query < count; ++query) {
        thresholds_.push_back(Search::even(segment, queries[query], radius));
        // Known before anything is read, so that a segment too small for its buckets is not begun with.
        accounts_[query].expected_ns = static_cast<double>(keys_within(thresholds_[query])) * costs.probe_ns;
    }
}

void Batch::run(std::vector<BatchHit>& hits) {
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        look_up(chunk);
        if (count_ >= kSortFrom) {
            sort_by_key();
        }
        stream(chunk);
        verify(chunk, hits);
    }
}

void Batch::look_up(unsigned chunk) {
    const Ball& near = ball();
    tasks_.clear();
    for (std::size_t query = 0; query < count_; ++query) {
        const Thresholds& thresholds = thresholds_[query];
        const std::uint16_t own = chunk_of(queries_[query].data(), chunk);
        for (int distance = 0; distance <= thresholds[chunk] && !dropped(query); ++distance) {
            const auto limit = static_cast<std::uint16_t>(thresholds.neighbour_limit(chunk, distance));
            const auto bits = static_cast<std::size_t>(distance);
            for (std::size_t i = near.offsets[bits]; i < near.offsets[bits + 1]; ++i) {
                const auto key = static_cast<std::uint16_t>(own ^ near.masks[i]);
                const Bucket bucket = segment_.bucket(chunk, key);
                accounts_[query].expected_ns += bucket.size() * costs_.candidate_ns;
                accounts_[query].spent_ns += costs_.key_ns;
                if (bucket.size() != 0) {
                    tasks_.push_back({bucket, static_cast<std::uint32_t>(query), key, limit,
                                      static_cast<std::uint16_t>(chunk)});
                }
            }
        }
    }
}

// A radix sort, lower byte first.
void Batch::sort_by_key() {
    room_.resize(tasks_.size());
    for (const unsigned shift : {0u, 8u}) {
        std::array<std::size_t, 256> places{};
        for (const Task& task : tasks_) {
            ++places[(task.key >> shift) & 0xffu];
        }
        std::size_t sum = 0;
        for (std::size_t& place : places) {
            sum += place;
            place = sum - place;
        }
        for (const Task& task : tasks_) {
            room_[places[(task.key >> shift) & 0xffu]++] = task;
        }
        tasks_.swap(room_);
    }
}

void Batch::stream(unsigned chunk) {
    survivors_.clear();
    Lookahead<std::vector<Task>> lookahead(segment_, tasks_);
    for (const Task& task : tasks_) {
        if (!dropped(task.query)) {
            filter(chunk, task);
        }
        lookahead.done(task.bucket);
    }
}

void Batch::filter(unsigned chunk, const Task& task) {
    const std::uint16_t wanted = chunk_of(queries_[task.query].data(), next_chunk(chunk));
    Account& account = accounts_[task.query];
    account.spent_ns += (costs_.probe_ns - costs_.key_ns) + task.bucket.size() * costs_.candidate_ns;
    for (std::uint32_t begin = task.bucket.begin; begin < task.bucket.end && !dropped(task.query);) {
        const std::uint32_t end = begin + std::min(kPiece, task.bucket.end - begin);
        const std::size_t found =
            kernels_.filter(segment_.nexts_of(chunk), begin, end, segment_.readable(chunk), wanted,
                            task.limit, places_.data());
        for (std::size_t i = 0; i < found; ++i) {
            survivors_.push_back({task.query, places_[i]});
        }
        account.expected_ns += static_cast<double>(found) * costs_.verify_ns;
        begin = end;
    }
}

void Batch::verify(unsigned chunk, std::vector<BatchHit>& hits) {
    const auto useless = [this](const Survivor& survivor) { return dropped(survivor.query); };
    survivors_.erase(std::remove_if(survivors_.begin(), survivors_.end(), useless), survivors_.end());
    in_three_steps(
        survivors_.size(),
        [&](std::size_t i) { prefetch(segment_.row_place(chunk, survivors_[i].row)); },
        [&](std::size_t i) {
            survivors_[i].row = segment_.row(chunk, survivors_[i].row);
            prefetch(segment_.hash(survivors_[i].row));
        },
        [&](std::size_t i) {
            const Survivor& survivor = survivors_[i];
            const std::uint64_t* query = queries_[survivor.query].data();
            std::uint16_t distance = 0;
            kernels_.gather(query, segment_.hashes, &survivor.row, 1, &distance);
            accounts_[survivor.query].spent_ns += costs_.verify_ns;
            if (distance <= radius_ && answering_chunk(thresholds_[survivor.query],
                                                       segment_.hash(survivor.row), query) == chunk) {
                hits.push_back({survivor.query, {survivor.row, distance}});
            }
        });
}

}  // namespace doorward::hamming
