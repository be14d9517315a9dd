// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <new>
#include <string>

#include "base/error.hpp"

namespace nac::fw {

/// What goes wrong with one unit, in words. A damaged study is no matter of one unit.
template <class F>
std::string failure_of(const F &f) {
  try {
    f();
    return {};
  } catch (const Error &e) {
    if (e.status() == NAC_DATA_LOSS) throw;
    return *e.what() == '\0' ? "unknown error" : e.what();
  } catch (const std::bad_alloc &) {
    return "out of memory";
  } catch (const std::exception &e) {
    return e.what();
  }
}

}  // namespace nac::fw
