// The kernels for processors with AVX2 and POPCNT (Intel from 2013, AMD from 2015).
#include <immintrin.h>

#include "loops.hpp"

namespace doorward::hamming {
namespace {

constexpr std::size_t kLanes = 16;

struct Count {
    static unsigned differing(const std::uint64_t* a, const std::uint64_t* b) {
        return static_cast<unsigned>(_mm_popcnt_u64(a[0] ^ b[0]) + _mm_popcnt_u64(a[1] ^ b[1]) +
                                     _mm_popcnt_u64(a[2] ^ b[2]) + _mm_popcnt_u64(a[3] ^ b[3]));
    }
};

// Bits set in each 16-bit lane: looked up for each half byte (Muła, Kurz, Lemire, "Faster population
// counts using AVX2 instructions", 2018), the two bytes of a lane added.
inline __m256i popcount_lanes(__m256i lanes) {
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                           0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i half = _mm256_set1_epi8(0x0f);
    const __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(lanes, half));
    const __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(lanes, 4), half));
    return _mm256_maddubs_epi16(_mm256_add_epi8(low, high), _mm256_set1_epi8(1));
}

// Two bits for each of the 16 entries from `place` on that is close enough.
inline unsigned close_entries(const std::uint16_t* entries, __m256i wanted, __m256i above) {
    const __m256i lanes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(entries));
    const __m256i bits = popcount_lanes(_mm256_xor_si256(lanes, wanted));
    return static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpgt_epi16(above, bits)));
}

inline std::size_t write_places(unsigned close, std::size_t place, std::uint32_t* found) {
    std::size_t count = 0;
    for (; close != 0; close &= close - 1) {  // clears the even bit of the pair; the odd one is gone
        found[count++] =
            static_cast<std::uint32_t>(place + static_cast<unsigned>(__builtin_ctz(close)) / 2);
    }
    return count;
}

std::size_t filter(const std::uint16_t* nexts, std::size_t begin, std::size_t end, std::size_t readable,
                   std::uint16_t wanted, unsigned limit, std::uint32_t* found) {
    constexpr unsigned kOneOfEachPair = 0x55555555u;
    const __m256i wanted_lanes = _mm256_set1_epi16(static_cast<short>(wanted));
    const __m256i above = _mm256_set1_epi16(static_cast<short>(limit + 1));
    std::size_t count = 0;
    std::size_t place = begin;
    for (; place + kLanes <= end; place += kLanes) {
        const unsigned close = close_entries(nexts + place, wanted_lanes, above);
        if (close != 0) {
            count += write_places(close & kOneOfEachPair, place, found + count);
        }
    }
    if (place == end) {
        return count;
    }
    // The rest: read whole where the array goes on, from a copy where it ends.
    std::uint16_t rest[kLanes] = {};
    const std::uint16_t* entries = nexts + place;
    if (place + kLanes > readable) {
        std::memcpy(rest, entries, (end - place) * sizeof(rest[0]));
        entries = rest;
    }
    const unsigned used = (1u << (2 * (end - place))) - 1;
    const unsigned close = close_entries(entries, wanted_lanes, above) & kOneOfEachPair & used;
    return count + write_places(close, place, found + count);
}

}  // namespace

const Kernels kAvx2{"avx2", &filter, &Loops<Count>::scan, &Loops<Count>::gather, &Loops<Count>::distances};

}  // namespace doorward::hamming
