// SPDX-License-Identifier: Apache-2.0
//
// Other hosts than the one at hand: the plugin has to read the host struct by its size.
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "nac/host.h"
#include "verify/check.hpp"

namespace nac::fw::verify {

namespace {
void live_with(Subject &subject, const nac_host *host) {
  subject.load();
  subject.init();
  const std::vector<std::string> ids = subject.use_every_object();
  subject.deinit();
  subject.init(host);
  if (subject.use_every_object() != ids) throw Failed("objects that other hosts get cannot be made for this one");
  subject.deinit();
}

void old_host(Subject &subject) {
  if (subject.load().required_minor > 0) throw Skipped("it declares that it needs a newer minor than 0");
  Host::Options options;
  options.minor = 0;
  const ProbeHost host(options);
  live_with(subject, host.get());
}

void tiny_host(Subject &subject) {
  // The struct of ABI 1.0 ends where unmapped memory begins, and cannot be written to.
  const std::size_t size = NAC_SIZE_THROUGH(nac_host, service);
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void *pages = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  auto *place = static_cast<unsigned char *>(pages) + page - size;
  const ProbeHost host;
  nac_host tiny = host.copy();
  tiny.struct_size = static_cast<uint32_t>(size);
  std::memcpy(place, &tiny, size);
  if (mprotect(pages, page, PROT_READ) != 0 || mprotect(static_cast<char *>(pages) + page, page, PROT_NONE) != 0)
    throw std::system_error(errno, std::generic_category(), "mprotect");
  live_with(subject, reinterpret_cast<const nac_host *>(place));
}

void huge_host(Subject &subject) {
  struct Later {
    nac_host host;
    unsigned char unknown[512];
  };
  const ProbeHost host;
  static Later later;
  later.host = host.copy();
  later.host.struct_size = sizeof later;
  later.host.abi.minor = NAC_ABI_MINOR + 7;
  std::memset(later.unknown, 0xa5, sizeof later.unknown);
  live_with(subject, &later.host);
}
}  // namespace

std::vector<Check> host_checks() {
  return {
      {"library", "old-host", "reinit", Scope::file, old_host, "it works with a host of minor 0"},
      {"library", "tiny-host", "reinit", Scope::file, tiny_host,
       "it reads nothing past the end of the host struct of ABI 1.0, and writes nothing into it"},
      {"library", "huge-host", "reinit", Scope::file, huge_host,
       "it works with a host of a later minor whose struct is longer"},
  };
}

}  // namespace nac::fw::verify
