// Asking memory for buckets ahead of the one that is being filtered.
#pragma once

#include <algorithm>

#include "prefetch.hpp"
#include "segment.hpp"

namespace doorward::hamming {

// The most of one bucket's lines that are asked for: the processor's own prefetcher follows where a
// bucket goes on. At 17 million hashes a bucket is about nine lines.
constexpr std::size_t kMostLines = 16;

// Lines that are under way while others are filtered: about as many as a core can wait for at once.
constexpr std::size_t kLinesAhead = 32;

// How many lines expect() asks for.
inline std::size_t lines_of(const Bucket& bucket) {
    return std::min(kMostLines, bucket.size() * sizeof(std::uint16_t) / kLineBytes + 1);
}

// Asks for the beginning of a bucket's entries of `nexts`. The bucket must not be empty.
inline void expect(const Segment& segment, unsigned chunk, const Bucket& bucket) {
    const char* first = reinterpret_cast<const char*>(segment.nexts_of(chunk) + bucket.begin);
    const std::size_t bytes = std::min(kMostLines * kLineBytes, bucket.size() * sizeof(std::uint16_t));
    for (std::size_t offset = 0; offset < bytes; offset += kLineBytes) {
        prefetch(first + offset);
    }
    prefetch(first + bytes - 1);  // the line that an unaligned end reaches into
}

// Goes through the buckets of a list, which must not be empty ones, so many lines ahead.
template <typename List>
class Lookahead {
   public:
    Lookahead(const Segment& segment, const List& list) : segment_(segment), list_(list) { ask(); }

    // The next bucket of the list has been filtered.
    void done(const Bucket& bucket) {
        underway_ -= lines_of(bucket);
        ask();
    }

   private:
    void ask() {
        for (; next_ < list_.size() && underway_ < kLinesAhead; ++next_) {
            expect(segment_, list_[next_].chunk, list_[next_].bucket);
            underway_ += lines_of(list_[next_].bucket);
        }
    }

    const Segment& segment_;
    const List& list_;
    std::size_t next_ = 0;
    std::size_t underway_ = 0;
};

}  // namespace doorward::hamming
