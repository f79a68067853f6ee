// The kernels for processors with AVX-512 F, BW, VPOPCNTDQ and BITALG (Intel from 2019, AMD from 2022).
#include <immintrin.h>

#include "loops.hpp"

namespace doorward::hamming {
namespace {

constexpr std::size_t kLanes = 32;
constexpr std::size_t kGroup = 8;  // hashes that scan takes at once: four vectors of two

struct Count {
    static unsigned differing(const std::uint64_t* a, const std::uint64_t* b) {
        return static_cast<unsigned>(_mm_popcnt_u64(a[0] ^ b[0]) + _mm_popcnt_u64(a[1] ^ b[1]) +
                                     _mm_popcnt_u64(a[2] ^ b[2]) + _mm_popcnt_u64(a[3] ^ b[3]));
    }
};

inline std::size_t write_places(std::uint32_t close, std::size_t place, std::uint32_t* found) {
    std::size_t count = 0;
    for (; close != 0; close &= close - 1) {
        found[count++] = static_cast<std::uint32_t>(place + static_cast<unsigned>(__builtin_ctz(close)));
    }
    return count;
}

// A masked load does not touch what is masked out, so the end of the array needs no care.
std::size_t filter(const std::uint16_t* nexts, std::size_t begin, std::size_t end, std::size_t,
                   std::uint16_t wanted, unsigned limit, std::uint32_t* found) {
    const __m512i wanted_lanes = _mm512_set1_epi16(static_cast<short>(wanted));
    const __m512i limits = _mm512_set1_epi16(static_cast<short>(limit));
    std::size_t count = 0;
    for (std::size_t place = begin; place < end; place += kLanes) {
        const std::size_t left = end - place;
        const __mmask32 used = left >= kLanes ? ~__mmask32{0} : (__mmask32{1} << left) - 1;
        const __m512i lanes = _mm512_maskz_loadu_epi16(used, nexts + place);
        const __m512i bits = _mm512_popcnt_epi16(_mm512_xor_si512(lanes, wanted_lanes));
        const __mmask32 close = _mm512_mask_cmple_epu16_mask(used, bits, limits);
        if (close != 0) {
            count += write_places(close, place, found + count);
        }
    }
    return count;
}

// Bits of each word in which two hashes differ from the query.
inline __m512i word_counts(const std::uint64_t* two_hashes, __m512i query) {
    return _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(two_hashes), query));
}

// Sums of word 0 with word 1, and 2 with 3: of a's hashes in the even lanes, of b's in the odd ones.
inline __m512i pair_sums(__m512i a, __m512i b) {
    return _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

// Distances of eight hashes, in the order 0 2 1 3 4 6 5 7 that the unpacking leaves.
inline __m512i group_distances(const std::uint64_t* hashes, __m512i query) {
    const __m512i front = pair_sums(word_counts(hashes, query), word_counts(hashes + 8, query));
    const __m512i back = pair_sums(word_counts(hashes + 16, query), word_counts(hashes + 24, query));
    return _mm512_add_epi64(_mm512_shuffle_i64x2(front, back, 0b10'00'10'00),
                            _mm512_shuffle_i64x2(front, back, 0b11'01'11'01));
}

std::size_t scan(const std::uint64_t* query, const std::uint64_t* hashes, std::size_t begin,
                 std::size_t end, unsigned radius, Hit* hits) {
    const __m512i wanted = _mm512_set_epi64(
        static_cast<long long>(query[3]), static_cast<long long>(query[2]),
        static_cast<long long>(query[1]), static_cast<long long>(query[0]),
        static_cast<long long>(query[3]), static_cast<long long>(query[2]),
        static_cast<long long>(query[1]), static_cast<long long>(query[0]));
    const __m512i limit = _mm512_set1_epi64(static_cast<long long>(radius));
    std::size_t found = 0;
    std::size_t row = begin;
    for (; row + kGroup <= end; row += kGroup) {
        const __m512i distances = group_distances(hashes + row * kWords, wanted);
        if (_mm512_cmple_epu64_mask(distances, limit) != 0) {  // seldom: done again, one by one
            found += Loops<Count>::scan(query, hashes, row, row + kGroup, radius, hits + found);
        }
    }
    return found + Loops<Count>::scan(query, hashes, row, end, radius, hits + found);
}

}  // namespace

const Kernels kAvx512{"avx512", &filter, &scan, &Loops<Count>::gather, &Loops<Count>::distances};

}  // namespace doorward::hamming
