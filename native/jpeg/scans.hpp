// How often a JPEG passes over its picture, told without decoding anything.
#pragma once

#include <cstddef>
#include <cstdint>

namespace doorward::jpeg {

// Of a good progressive file: libjpeg writes 10 scans (jpeg_simple_progression), optimisers some 20.
// Each scan passes over all coefficients of the picture and may yet be only some sixty bytes of file, so
// that a megabyte could keep a decoder busy for minutes. Five times what is usual is still cheap.
constexpr int kMaxScans = 100;

// Scans up to the end mark, counted no further than `at_most`. Finds the markers where a decoder finds
// them (ITU-T T.81, B.1.1): a segment is skipped by its length, and within a scan 0xff stands before
// another byte than 0 only where a marker begins.
int count_scans(const std::uint8_t* data, std::size_t size, int at_most);

}  // namespace doorward::jpeg
