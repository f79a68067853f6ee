#include "hamming.hpp"

#include <cstring>

namespace doorward {
namespace {

// Population count of a 64-bit word by adding ever wider fields of bits (Warren, "Hacker's
// Delight", 2nd ed., §5-1). Compilers turn it into the machine's instruction where the target has
// one; the baseline x86-64 target has none, and this form still needs no table.
inline std::uint64_t popcount(std::uint64_t word) {
    word -= (word >> 1) & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + ((word >> 2) & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (word * 0x0101010101010101u) >> 56;
}

constexpr std::size_t kWords = kHashBytes / sizeof(std::uint64_t);

}  // namespace

// One body, three machine codes: the loader picks the best that the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
__attribute__((target_clones("avx2", "popcnt", "default")))
#endif
void hamming_distances(const std::uint8_t* query, const std::uint8_t* hashes, std::size_t count,
                       std::uint16_t* distances) {
    std::uint64_t wanted[kWords];
    std::memcpy(wanted, query, kHashBytes);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t words[kWords];  // memcpy: the caller's array may have any alignment
        std::memcpy(words, hashes + i * kHashBytes, kHashBytes);
        std::uint64_t bits = 0;
        for (std::size_t k = 0; k < kWords; ++k) {
#if defined(__GNUC__)
            bits += static_cast<std::uint64_t>(__builtin_popcountll(words[k] ^ wanted[k]));
#else
            bits += popcount(words[k] ^ wanted[k]);
#endif
        }
        distances[i] = static_cast<std::uint16_t>(bits);
    }
}

}  // namespace doorward
