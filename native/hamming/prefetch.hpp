// Asking memory for a line ahead of its use, where the compiler can say so.
//
// The search reads thousands of lines that lie anywhere in gigabytes. One after the other each would
// cost the whole latency of memory (about 100 ns); asked for ahead, they arrive many at a time.
#pragma once

#include <cstddef>

namespace doorward::hamming {

constexpr std::size_t kLineBytes = 64;

inline void prefetch(const void* address) {
#if defined(__GNUC__) || defined(__clang__)
    __builtin_prefetch(address);
    // GCC takes a function that does nothing but prefetch for one without effect, and drops calls of it.
    // An empty statement that must stay keeps them.
    __asm__ volatile("" : : "r"(address));
#else
    (void)address;
#endif
}

}  // namespace doorward::hamming
