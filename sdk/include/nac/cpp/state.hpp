// SPDX-License-Identifier: Apache-2.0
//
// state.hpp: saved states of objects as text, through the byte streams of the C tables.
#pragma once
#include <string>

#include "../host.h"
#include "error.hpp"

namespace nac::detail {

inline void write_state(const nac_sink *sink, const std::string &state) {
  const nac_status status = sink->write(sink, state.data(), state.size());
  if (status != NAC_OK) throw failure(status, "the host could not store the state");
}

inline std::string read_state(const nac_source *source) {
  std::string state;
  char buffer[4096];
  for (;;) {
    const int64_t got = source->read(source, buffer, sizeof buffer);
    if (got < 0) throw failure(NAC_DATA_LOSS, "the state could not be read");
    if (got == 0) return state;
    state.append(buffer, static_cast<std::size_t>(got));
    if (state.size() > (std::size_t{1} << 30)) throw failure(NAC_DATA_LOSS, "the state is larger than 1 GiB");
  }
}

}  // namespace nac::detail
