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

    bool dropped(std::size_t query) const { return accounts_[query].expected_ns > most_ns_; }

    // What was spent on a query, by the calibrated prices.
    double spent_ns(std::size_t query) const { return accounts_[query].spent_ns; }

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

    // By the calibrated prices: what a query will have cost at least, as far as is known, and what has
    // been spent on it already.
    struct Account {
        double expected_ns = 0;
        double spent_ns = 0;
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
    double most_ns_;  // a query that is expected to cost more is dropped
    std::vector<Account> accounts_;
    std::vector<Thresholds> thresholds_;
    std::vector<Task> tasks_;
    std::vector<Task> room_;  // for sorting
    std::vector<std::uint32_t> places_;
    std::vector<Survivor> survivors_;
};

}  // namespace doorward::hamming
