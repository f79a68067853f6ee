#include "distances.hpp"

#include <cstring>

// One body, several machine codes: the loader picks the best that the processor has. That takes
// indirect functions, which GCC has with glibc on x86-64; elsewhere the plain code is used.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define DOORWARD_FOR_EACH_PROCESSOR __attribute__((target_clones("popcnt", "default")))
#else
#define DOORWARD_FOR_EACH_PROCESSOR
#endif

namespace doorward {
namespace {

constexpr std::size_t kWords = kHashBytes / sizeof(std::uint64_t);

// Bits that are set in a word.
inline unsigned popcount(std::uint64_t word) {
#if defined(__GNUC__) || defined(__clang__)
    return static_cast<unsigned>(__builtin_popcountll(word));
#else
    // By adding ever wider fields of bits (Warren, "Hacker's Delight", 2nd ed., §5-1).
    word -= (word >> 1) & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + ((word >> 2) & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return static_cast<unsigned>((word * 0x0101010101010101u) >> 56);
#endif
}

}  // namespace

DOORWARD_FOR_EACH_PROCESSOR
void hamming_distances(const std::uint8_t* query, const std::uint8_t* hashes, std::size_t count,
                       std::uint16_t* distances) {
    std::uint64_t wanted[kWords];
    std::memcpy(wanted, query, kHashBytes);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t words[kWords];  // memcpy: the caller's array may have any alignment
        std::memcpy(words, hashes + i * kHashBytes, kHashBytes);
        unsigned bits = 0;
        for (std::size_t k = 0; k < kWords; ++k) {
            bits += popcount(words[k] ^ wanted[k]);
        }
        distances[i] = static_cast<std::uint16_t>(bits);
    }
}

}  // namespace doorward
