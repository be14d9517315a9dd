// SPDX-License-Identifier: Apache-2.0
//
// Saving and loading a search.
#include <fmt/format.h>

#include "nac/cpp/rng.hpp"
#include "verify/check.hpp"
#include "verify/search_object.hpp"

namespace nac::fw::verify {

namespace {
void continues(Subject &subject, std::size_t piece) {
  const Space space = mixed_space();
  for (const uint64_t before : {0, 5, 43}) {
    SearchObject first(subject, space, subject.seed);
    first.drive(before);
    const std::string state = first.save();
    SearchObject second(subject, space, subject.seed);
    second.load(state, piece);
    second.continue_from(first);
    const std::vector<std::string> a = first.drive(40), b = second.drive(40);
    for (std::size_t i = 0; i < a.size(); ++i)
      if (i >= b.size() || a[i] != b[i])
        throw Failed(
            fmt::format("saved after {} trials, the loaded search asks for {} at trial {}, the original for {}", before,
                        i < b.size() ? b[i] : "nothing", before + i, a[i]));
    second.save();
  }
}

void continues_identically(Subject &subject) { continues(subject, SIZE_MAX); }
void in_seven_byte_pieces(Subject &subject) { continues(subject, 7); }

/// Offers bytes that are no state of this search to a fresh object.
void must_refuse(Subject &subject, const Space &space, const std::string &bytes, const std::string &what) {
  SearchObject search(subject, space, subject.seed);
  ErrorBox error;
  error.must_fail(search.load(bytes, 4096, error.get()), fmt::format("load of {}", what));
  search.destroy();
}

void empty(Subject &subject) { must_refuse(subject, mixed_space(), "", "no bytes at all"); }

void random_bytes(Subject &subject) {
  const Space space = mixed_space();
  for (uint64_t i = 0; i < 3; ++i) {
    nac::rng rng(nac::stream_key(subject.seed, i));
    std::string bytes(1 << 20, '\0');
    for (char &byte : bytes) byte = static_cast<char>(rng.bits());
    must_refuse(subject, space, bytes, "a megabyte of random bytes");
  }
}

void damaged(Subject &subject) {
  const Space space = mixed_space();
  SearchObject search(subject, space, subject.seed);
  search.drive(20);
  const std::string state = search.save();
  for (const std::size_t size : {state.size() / 2, state.size() - 1})
    must_refuse(subject, space, state.substr(0, size),
                fmt::format("the first {} of {} bytes of a state", size, state.size()));
  // Flipped bits may go unnoticed, but must not crash.
  nac::rng rng(nac::stream_key(subject.seed, 77));
  for (int i = 0; i < 100; ++i) {
    std::string bytes = state;
    bytes[rng.below(bytes.size())] ^= static_cast<char>(1u << rng.below(8));
    SearchObject other(subject, space, subject.seed);
    ErrorBox error;
    if (const nac_status status = other.load(bytes, 4096, error.get()); status != NAC_OK)
      error.must_fail(status, "load of a damaged state");
    other.destroy();
  }
}

void full_sink(Subject &subject) {
  const Space space = mixed_space();
  SearchObject search(subject, space, subject.seed);
  search.drive(20);
  const std::size_t size = search.save().size();
  if (size == 0) throw Failed("save writes nothing");
  search.save_into_full_sink(size - 1);
  search.drive(10);
}
}  // namespace

std::vector<Check> state_checks() {
  return {
      {"search", "save-load-continues-identically", "same-seed-same-asks", Scope::search, continues_identically,
       "a loaded search asks what the saved one would have"},
      {"search", "load-in-7-byte-pieces", "save-load-continues-identically", Scope::search, in_seven_byte_pieces,
       "load copes with a source that gives 7 bytes at a time"},
      {"search", "load-empty", "points-in-range", Scope::search, empty, "load refuses no bytes"},
      {"search", "load-random-bytes", "points-in-range", Scope::search, random_bytes, "load refuses random bytes"},
      {"search", "load-damaged", "save-load-continues-identically", Scope::search, damaged,
       "load refuses a state that was cut, and survives flipped bits"},
      {"search", "save-into-full-sink", "points-in-range", Scope::search, full_sink,
       "save reports that its bytes could not be written, and the search goes on"},
  };
}

}  // namespace nac::fw::verify
