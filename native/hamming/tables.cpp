#include "tables.hpp"

namespace doorward::hamming {
namespace {

Scratch& scratch_of_this_thread() {
    thread_local Scratch scratch;
    return scratch;
}

}  // namespace

const std::vector<Hit>& Tables::find(const Hash& query, unsigned radius) const {
    Scratch& scratch = scratch_of_this_thread();
    Search search(segment_, kernels_, costs_, query, radius, scratch);
    const Decision decision = search.run();
    decisions_.record(decision, search.work());
    return scratch.hits;
}

void Tables::search(const std::uint8_t* hash, unsigned radius, std::vector<Answer>& answers) const {
    pairs_.answer(find(permutation_(hash), radius), answers);
}

void Tables::search_batch(const std::uint8_t* hashes, std::size_t count, unsigned radius,
                          std::vector<Answer>& answers, std::uint64_t* ends) const {
    for (std::size_t i = 0; i < count; ++i) {
        search(hashes + i * kHashBytes, radius, answers);
        ends[i] = answers.size();
    }
}

void Tables::scan(const std::uint8_t* hash, unsigned radius, std::vector<Answer>& answers) const {
    std::vector<Hit>& hits = scratch_of_this_thread().hits;
    hamming::scan(segment_, kernels_, permutation_(hash), radius, hits);
    pairs_.answer(hits, answers);
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
