// Many queries at once: chunk by chunk, the buckets of all queries in one stream.
//
// One query alone waits for memory at the beginning of every step. Of many, the buckets of one chunk are
// asked for one after the other without a pause, and where there are hundreds of queries, in the order
// in which they lie in memory, so that a bucket that several queries look into is fetched once. The
// places where a chunk's buckets begin, 262 KB, stay in the cache meanwhile.
#pragma once

#include <vector>

#include "search.hpp"

namespace doorward::hamming {

// A hit and the query, by number, that it belongs to.
struct BatchHit {
    std::uint32_t query;
    Hit hit;
};

class Batch {
   public:
    // At most so many queries at a time: bounds the memory for their buckets.
    static constexpr std::size_t kMost = 16384;

    Batch(const Segment& segment, const Kernels& kernels, const Costs& costs, const Hash* queries,
          std::size_t count, unsigned radius);

    // Finds with even thresholds, and appends to `hits` in no order, every hash within the radius of the
    // queries. A query that turns out dear is dropped on the way: it may have some hits, not all.
    // Throws CorruptIndex.
    void run(std::vector<BatchHit>& hits);

    bool dropped(std::size_t query) const { return spent_ns_[query] > most_ns_; }

    // What was spent on a query, by the calibrated prices.
    double spent_ns(std::size_t query) const { return spent_ns_[query]; }

   private:
    // A bucket to look into for a query.
    struct Task {
        Bucket bucket;
        std::uint32_t query;
        std::uint16_t key;
        std::uint16_t limit;
        std::uint16_t chunk;
    };
    struct Survivor {
        std::uint32_t query;
        std::uint32_t row;  // until it is resolved: its place in the chunk's arrays
    };

    void look_up(unsigned chunk);
    void sort_by_key();
    void stream(unsigned chunk);
    void filter(unsigned chunk, const Task& task);
    void verify(unsigned chunk, std::vector<BatchHit>& hits);

    const Segment& segment_;
    const Kernels& kernels_;
    const Costs& costs_;
    const Hash* queries_;
    std::size_t count_;
    unsigned radius_;
    double most_ns_;  // a query that has cost more is dropped
    std::vector<double> spent_ns_;
    std::vector<Thresholds> thresholds_;
    std::vector<Task> tasks_;
    std::vector<Task> room_;  // for sorting
    std::vector<std::uint32_t> places_;
    std::vector<Survivor> survivors_;
};

}  // namespace doorward::hamming
