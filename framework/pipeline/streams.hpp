// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "nac/cpp/rng.hpp"

namespace nac::fw {

/// What a stream of random numbers is for. Stored studies depend on the numbers: never change one.
enum class Purpose : uint64_t {
  initialization = 1,
  shuffling = 2,
  augmentation = 3,
  search = 4,
  repeating = 5,
  tuning = 6,
  compressing = 7,
  choosing = 8
};

/// Streams of a trial: the same in every run, whatever ran before or beside it.
inline uint64_t trial_stream(uint64_t study_seed, uint64_t trial, Purpose purpose) {
  return nac::stream_key(study_seed, trial, static_cast<uint64_t>(purpose));
}
/// Augmentation differs in every epoch.
inline uint64_t epoch_stream(uint64_t study_seed, uint64_t trial, int epoch) {
  return nac::stream_key(study_seed, trial, static_cast<uint64_t>(Purpose::augmentation), static_cast<uint64_t>(epoch));
}
/// What stands for the study's seed in the further trainings of a trial; the first (0) has the study's own.
inline uint64_t repeat_seed(uint64_t study_seed, int repeat) {
  return repeat == 0
             ? study_seed
             : nac::stream_key(study_seed, static_cast<uint64_t>(Purpose::repeating), static_cast<uint64_t>(repeat));
}
inline uint64_t search_stream(uint64_t study_seed) {
  return nac::stream_key(study_seed, static_cast<uint64_t>(Purpose::search));
}
/// What stands for the study's seed in one training of the stages after the search; `which` tells it from the others.
inline uint64_t stage_seed(uint64_t study_seed, Purpose stage, uint64_t trial, const std::string &which,
                           uint64_t number) {
  uint64_t h = 0xCBF29CE484222325u;  // FNV-1a: the same for a text on every machine
  for (const char c : which) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return nac::stream_key(study_seed, static_cast<uint64_t>(stage), nac::stream_key(trial, h, number));
}

}  // namespace nac::fw
