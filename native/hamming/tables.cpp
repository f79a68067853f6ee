#include "tables.hpp"

#include <algorithm>
#include <numeric>

namespace doorward::hamming {
namespace {

constexpr std::size_t kLeastTogether = 4;  // queries for which a batch gains more than its preparation

// The hits of a batch, put together query by query (a counting sort).
class HitsByQuery {
   public:
    HitsByQuery(const std::vector<BatchHit>& found, std::size_t queries)
        : begins_(queries + 1), hits_(found.size()) {
        for (const BatchHit& each : found) {
            ++begins_[each.query + 1];
        }
        std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
        std::vector<std::size_t> places = begins_;
        for (const BatchHit& each : found) {
            hits_[places[each.query]++] = each.hit;
        }
    }

    const Hit* begin(std::size_t query) const { return hits_.data() + begins_[query]; }

   private:
    std::vector<std::size_t> begins_;
    std::vector<Hit> hits_;
};

Scratch& scratch_of_this_thread() {
    thread_local Scratch scratch;
    return scratch;
}

}  // namespace

const std::vector<Hit>& Tables::find(const Hash& query, unsigned radius, double spent_ns) const {
    Scratch& scratch = scratch_of_this_thread();
    Search search(segment_, kernels_, costs_, query, radius, scratch, spent_ns);
    const Decision decision = search.run();
    decisions_.record(decision, search.work());
    return scratch.hits;
}

void Tables::search(const std::uint8_t* hash, unsigned radius, std::vector<Answer>& answers) const {
    const std::vector<Hit>& hits = find(permutation_(hash), radius);
    pairs_.answer(hits.data(), hits.data() + hits.size(), answers);
}

void Tables::search_batch(const std::uint8_t* hashes, std::size_t count, unsigned radius,
                          std::vector<Answer>& answers, std::uint64_t* ends) const {
    if (count < kLeastTogether || radius > kMaxIndexedRadius) {
        for (std::size_t i = 0; i < count; ++i) {
            search(hashes + i * kHashBytes, radius, answers);
            ends[i] = answers.size();
        }
        return;
    }
    std::vector<Hash> queries;
    for (std::size_t begin = 0; begin < count; begin += queries.size()) {
        queries.resize(std::min(Batch::kMost, count - begin));
        for (std::size_t i = 0; i < queries.size(); ++i) {
            queries[i] = permutation_(hashes + (begin + i) * kHashBytes);
        }
        search_together(queries, radius, answers, ends + begin);
    }
}

void Tables::search_together(const std::vector<Hash>& queries, unsigned radius,
                             std::vector<Answer>& answers, std::uint64_t* ends) const {
    Batch batch(segment_, kernels_, costs_, queries.data(), queries.size(), radius);
    std::vector<BatchHit> found;
    batch.run(found);
    HitsByQuery hits(found, queries.size());
    const double scan_ns = costs_.scan_ns * segment_.size;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        if (batch.dropped(i)) {
            const std::vector<Hit>& own = find(queries[i], radius, batch.spent_ns(i));
            pairs_.answer(own.data(), own.data() + own.size(), answers);
        } else {
            decisions_.record(Decision::kIndexed, batch.spent_ns(i) / scan_ns);
            pairs_.answer(hits.begin(i), hits.begin(i + 1), answers);
        }
        ends[i] = answers.size();
    }
}

void Tables::scan(const std::uint8_t* hash, unsigned radius, std::vector<Answer>& answers) const {
    std::vector<Hit>& hits = scratch_of_this_thread().hits;
    hamming::scan(segment_, kernels_, permutation_(hash), radius, hits);
    pairs_.answer(hits.data(), hits.data() + hits.size(), answers);
}

bool Tables::has(const std::uint8_t* hash, std::uint64_t id) const {
    for (const Hit& hit : find(permutation_(hash), 0)) {
        if (pairs_.has(hit.row, id)) {
            return true;
        }
    }
    return false;
}

std::size_t Tables::remove(const std::uint64_t* ids, std::size_t count) {
    std::size_t removed = 0;
    for (std::size_t i = 0; i < count; ++i) {
        removed += pairs_.remove(ids[i]);
    }
    return removed;
}

std::size_t Tables::remove_pairs(const std::uint8_t* hashes, const std::uint64_t* ids, std::size_t count) {
    std::size_t removed = 0;
    for (std::size_t i = 0; i < count; ++i) {
        for (const Hit& hit : find(permutation_(hashes + i * kHashBytes), 0)) {
            removed += pairs_.remove(hit.row, ids[i]);
        }
    }
    return removed;
}

}  // namespace doorward::hamming
