// Which pairs of a segment have been removed.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace doorward::hamming {

// One bit a pair, set once and never cleared, so that readers in other threads need no lock: a search
// sees a removal or does not, as if it had come a moment later.
class Tombstones {
   public:
    explicit Tombstones(std::size_t pairs) : words_(new std::atomic<std::uint64_t>[pairs / 64 + 1]()) {}

    bool live(std::size_t pair) const {
        return (words_[pair / 64].load(std::memory_order_relaxed) >> (pair % 64) & 1) == 0;
    }

    // True if the pair was live until now.
    bool bury(std::size_t pair) {
        const std::uint64_t bit = std::uint64_t{1} << (pair % 64);
        return (words_[pair / 64].fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
    }

   private:
    std::unique_ptr<std::atomic<std::uint64_t>[]> words_;
};

}  // namespace doorward::hamming
