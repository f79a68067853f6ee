// Runs the self-test of the AVX-512 kernels, and of kernels with a fault, which it must find.
#include <cstdio>

#include "self_test.hpp"

namespace doorward::hamming {
namespace {

std::size_t filter_that_misses_the_last(const std::uint16_t* nexts, std::size_t begin, std::size_t end,
                                        std::size_t readable, std::uint16_t wanted, unsigned limit,
                                        std::uint32_t* found) {
    return end == begin ? 0 : kPortable.filter(nexts, begin, end - 1, readable, wanted, limit, found);
}

std::size_t scan_that_misses_the_edge(const std::uint64_t* query, const std::uint64_t* hashes,
                                      std::size_t begin, std::size_t end, unsigned radius, Hit* hits) {
    return radius == 0 ? 0 : kPortable.scan(query, hashes, begin, end, radius - 1, hits);
}

}  // namespace
}  // namespace doorward::hamming

int main() {
    using namespace doorward::hamming;
    const Kernels wrong_filter{"", &filter_that_misses_the_last, kPortable.scan, kPortable.gather,
                               kPortable.distances};
    const Kernels wrong_scan{"", kPortable.filter, &scan_that_misses_the_edge, kPortable.gather,
                             kPortable.distances};
    std::printf("avx512 %d\n", agree(kPortable, kAvx512));
    std::printf("wrong filter %d\n", agree(kPortable, wrong_filter));
    std::printf("wrong scan %d\n", agree(kPortable, wrong_scan));
}
