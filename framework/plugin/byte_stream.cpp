// SPDX-License-Identifier: Apache-2.0
#include "plugin/byte_stream.hpp"

#include <algorithm>
#include <cstring>

#include "services/boundary.hpp"

namespace nac::fw {

StringSink::StringSink(std::size_t limit) : sink_{this, write}, limit_(limit) {}

nac_status StringSink::write(const nac_sink *sink, const void *bytes, uint64_t size) {
  if (sink == nullptr || (bytes == nullptr && size > 0)) return NAC_INVALID_ARGUMENT;
  auto &self = *static_cast<StringSink *>(sink->ctx);
  if (size > self.limit_ - self.bytes_.size()) {
    self.overflowed_ = true;
    return NAC_RESOURCE_EXHAUSTED;
  }
  if (size == 0) return NAC_OK;
  return service_guard(nullptr, [&] { self.bytes_.append(static_cast<const char *>(bytes), size); });
}

StringSource::StringSource(const std::string &bytes, std::size_t piece)
    : source_{this, read}, bytes_(bytes), piece_(piece) {}

int64_t StringSource::read(const nac_source *source, void *bytes, uint64_t size) {
  if (source == nullptr || (bytes == nullptr && size > 0)) return -1;
  auto &self = *static_cast<StringSource *>(source->ctx);
  const std::size_t count = std::min({static_cast<std::size_t>(size), self.piece_, self.bytes_.size() - self.at_});
  if (count > 0) std::memcpy(bytes, self.bytes_.data() + self.at_, count);
  self.at_ += count;
  return static_cast<int64_t>(count);
}

}  // namespace nac::fw
