#include "build.hpp"

#include <memory>

namespace doorward::hamming {
namespace {

// A counting sort by 16-bit keys would scatter over 65,536 places, more than caches and address
// tables can follow. It is done in two stable steps: by the key's upper byte into 256 streams, then
// each stream, which fits the cache, by the lower byte (the usual radix sort, most significant first).
constexpr std::size_t kHigh = 256;
constexpr std::size_t kLow = 256;

using Histogram = std::array<std::uint32_t, kHigh>;

// What the first step hands to the second: row in the upper half, then the next chunk, then the key's
// lower byte.
using Entry = std::uint64_t;

inline Entry entry(std::uint64_t row, std::uint64_t next, std::uint64_t key) {
    return row << 32 | next << 16 | (key & 0xff);
}

// How many hashes have each upper byte, in each chunk; one pass over the hashes.
std::array<Histogram, kChunks> upper_bytes(const std::uint64_t* hashes, std::size_t count) {
    std::array<Histogram, kChunks> counts{};
    for (std::size_t row = 0; row < count; ++row) {
        for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
            ++counts[chunk][chunk_of(hashes + row * kWords, chunk) >> 8];
        }
    }
    return counts;
}

Histogram running_sum(const Histogram& counts) {
    Histogram begins{};
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        begins[i] = sum;
        sum += counts[i];
    }
    return begins;
}

void partition(const std::uint64_t* hashes, std::size_t count, unsigned chunk, Histogram places,
               Entry* out) {
    const unsigned next = next_chunk(chunk);
    for (std::size_t row = 0; row < count; ++row) {
        const std::uint64_t* words = hashes + row * kWords;
        const std::uint16_t key = chunk_of(words, chunk);
        out[places[key >> 8]++] = entry(row, chunk_of(words, next), key);
    }
}

// Sorts the entries of one upper byte, which belong at `begin` and after, by the lower byte.
void settle(const Entry* entries, std::uint32_t begin, std::uint32_t end, std::uint32_t* starts,
            std::uint16_t* nexts, std::uint32_t* rows) {
    Histogram counts{};
    for (std::uint32_t i = begin; i < end; ++i) {
        ++counts[entries[i] & 0xff];
    }
    Histogram places = running_sum(counts);
    for (std::size_t low = 0; low < kLow; ++low) {
        places[low] += begin;
        starts[low] = places[low];
    }
    for (std::uint32_t i = begin; i < end; ++i) {
        const std::uint32_t place = places[entries[i] & 0xff]++;
        nexts[place] = static_cast<std::uint16_t>(entries[i] >> 16);
        rows[place] = static_cast<std::uint32_t>(entries[i] >> 32);
    }
}

}  // namespace

void build(const std::uint64_t* hashes, std::size_t count, std::uint32_t* starts, std::uint16_t* nexts,
           std::uint32_t* rows) {
    const std::array<Histogram, kChunks> counts = upper_bytes(hashes, count);
    const std::unique_ptr<Entry[]> entries(new Entry[count]);
    for (unsigned chunk = 0; chunk < kChunks; ++chunk) {
        const Histogram begins = running_sum(counts[chunk]);
        partition(hashes, count, chunk, begins, entries.get());
        for (std::size_t high = 0; high < kHigh; ++high) {
            settle(entries.get(), begins[high], begins[high] + counts[chunk][high],
                   starts + chunk * kStarts + high * kLow, nexts + chunk * count, rows + chunk * count);
        }
        starts[chunk * kStarts + kKeys] = static_cast<std::uint32_t>(count);
    }
}

}  // namespace doorward::hamming
