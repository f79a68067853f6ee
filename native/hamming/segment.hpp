// The arrays of one immutable segment, as they lie in a file, and the checks made where they are used.
#pragma once

#include "layout.hpp"

namespace doorward::hamming {

// A stretch of a chunk's two arrays: the hashes whose chunk has one value.
struct Bucket {
    std::uint32_t begin;
    std::uint32_t end;

    std::uint32_t size() const { return end - begin; }
};

// Only sizes are sure. Every number in the arrays may be a lie: the functions here throw CorruptIndex
// for one that would lead out of bounds, and nobody reads `starts` or `rows` but through them.
struct Segment {
    std::uint32_t size = 0;  // distinct hashes
    std::uint32_t more = 0;  // further ids
    const std::uint64_t* hashes = nullptr;
    const std::uint32_t* starts = nullptr;
    const std::uint16_t* nexts = nullptr;
    const std::uint32_t* rows = nullptr;
    const std::uint64_t* ids = nullptr;
    const std::uint32_t* more_rows = nullptr;
    const std::uint64_t* more_ids = nullptr;
    const std::uint32_t* more_by_id = nullptr;

    const std::uint64_t* hash(std::size_t row) const { return hashes + row * kWords; }

    const std::uint16_t* nexts_of(unsigned chunk) const { return nexts + std::size_t{chunk} * size; }

    // Entries that may be read from nexts_of(chunk) on: also those of the chunks after it.
    std::size_t readable(unsigned chunk) const { return std::size_t{kChunks - chunk} * size; }

    const std::uint32_t* start(unsigned chunk, std::uint16_t key) const {
        return starts + chunk * kStarts + key;
    }

    Bucket bucket(unsigned chunk, std::uint16_t key) const {
        const std::uint32_t* start_of_key = start(chunk, key);
        const Bucket found{start_of_key[0], start_of_key[1]};
        if (found.begin > found.end || found.end > size) {
            throw CorruptIndex("a bucket of the index ends before it begins, or after the last hash");
        }
        return found;
    }

    const std::uint32_t* row_place(unsigned chunk, std::uint32_t place) const {
        return rows + std::size_t{chunk} * size + place;
    }

    // The hash at a place below `size` of a chunk's arrays.
    std::uint32_t row(unsigned chunk, std::uint32_t place) const {
        const std::uint32_t found = *row_place(chunk, place);
        if (found >= size) {
            throw CorruptIndex("a bucket of the index names a hash that there is not");
        }
        return found;
    }

    // The further id at a place that more_by_id names.
    std::uint64_t more_id(std::uint32_t place) const {
        if (place >= more) {
            throw CorruptIndex("the index names a further id that there is not");
        }
        return more_ids[place];
    }
};

}  // namespace doorward::hamming
