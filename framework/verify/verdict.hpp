// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace nac::fw::verify {

enum class Verdict {
  pass,
  warn,   ///< works, but some user will be sorry
  fail,   ///< breaks the rules of nac/*.h
  crash,  ///< the process ended before the check did
  hang,   ///< the deadline passed
  skip    ///< does not apply, or something it needs has failed
};
const char *name_of(Verdict verdict);
bool is_bad(Verdict verdict);  ///< fail, crash or hang

/// An object that a library says it has.
struct ObjectName {
  std::string id, kind;
};

struct Outcome {
  Verdict verdict = Verdict::pass;
  std::string message;  ///< why; may be empty for pass
  double seconds = 0;
  std::string output;               ///< what the child wrote, when the verdict is bad
  std::vector<ObjectName> objects;  ///< of the check descriptors-readable
};

/// The completion record of a child. A child that ends without one has not finished its check, whatever its exit code.
std::string to_record(const Outcome &outcome);
std::optional<Outcome> from_record(const std::string &record);

/// Thrown by checks.
class Failed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class Warned : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class Skipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace nac::fw::verify
