// Stands in for the compiler's header, so that the AVX-512 source runs on a processor without AVX-512:
// SIMDe computes every instruction in plain C++. What its version 0.7.4 lacks, or names wrongly, is below.
#pragma once

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#include <cstdint>
#include <cstring>

using __mmask32 = simde__mmask32;

#undef _mm512_mask_cmple_epu16_mask  // the alias has one argument too many
inline __mmask32 _mm512_mask_cmple_epu16_mask(__mmask32 mask, simde__m512i a, simde__m512i b) {
    return mask & simde_mm512_cmple_epu16_mask(a, b);
}

inline long long _mm_popcnt_u64(unsigned long long word) { return __builtin_popcountll(word); }

// Lanes that are masked out are not read.
inline simde__m512i _mm512_maskz_loadu_epi16(__mmask32 mask, const void* address) {
    std::uint16_t lanes[32] = {};
    for (int i = 0; i < 32; ++i) {
        if ((mask >> i) & 1) {
            std::memcpy(&lanes[i], static_cast<const char*>(address) + 2 * i, 2);
        }
    }
    return simde_mm512_loadu_si512(lanes);
}

// 128-bit lanes: two of `a`, then two of `b`, each chosen by two bits.
inline simde__m512i _mm512_shuffle_i64x2(simde__m512i a, simde__m512i b, int choice) {
    std::uint64_t from[2][8];
    std::uint64_t to[8];
    simde_mm512_storeu_si512(from[0], a);
    simde_mm512_storeu_si512(from[1], b);
    for (int lane = 0; lane < 4; ++lane) {
        const int chosen = (choice >> (2 * lane)) & 3;
        std::memcpy(&to[2 * lane], &from[lane / 2][2 * chosen], 16);
    }
    return simde_mm512_loadu_si512(to);
}
