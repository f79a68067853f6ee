// What each step of a search costs on this machine, in this memory.
#pragma once

#include "kernels.hpp"
#include "segment.hpp"

namespace doorward::hamming {

// In nanoseconds. The values here are for segments too small to be measured: those are scanned anyway.
struct Costs {
    double scan_ns = 2.0;        // to compare one hash in a scan
    double key_ns = 3.0;         // to look up where one bucket begins and ends
    double probe_ns = 25.0;      // to begin one bucket: the look-up and its first lines from memory
    double candidate_ns = 0.1;   // to filter one entry of a bucket
    double verify_ns = 20.0;     // to fetch a survivor's row and hash, and compare
};

// Measured on the segment's own memory at places that look random; some milliseconds.
Costs calibrate(const Segment& segment, const Kernels& kernels);

}  // namespace doorward::hamming
