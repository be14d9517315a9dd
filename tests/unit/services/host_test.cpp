// SPDX-License-Identifier: Apache-2.0
#include "services/host.hpp"

#include <catch2/catch.hpp>
#include <cstring>

using nac::fw::Host;

TEST_CASE("the host offers all services of ABI 1.2 and no others") {
  const Host host;
  const nac_host *h = host.get();
  CHECK(h->struct_size == sizeof(nac_host));
  CHECK(h->abi.major == NAC_ABI_MAJOR);
  CHECK(std::strcmp(h->name, "nac") == 0);
  CHECK(std::strlen(h->version) >= 5);
  for (const char *id : {"nac.log/1", "nac.config/1", "nac.space/1", "nac.graph/1", "nac.parallel/1",
                         "nac.candidates/1", "nac.observe/1"}) {
    INFO(id);
    const void *table = h->service(h, id);
    REQUIRE(table != nullptr);
    uint32_t size = 0;
    std::memcpy(&size, table, sizeof size);
    CHECK(size >= 4 * sizeof(uint32_t));
  }
  CHECK(h->service(h, "nac.log/2") == nullptr);
  CHECK(h->service(h, "") == nullptr);
  CHECK(h->service(h, nullptr) == nullptr);
  CHECK(h->service(nullptr, "nac.log/1") == nullptr);
  CHECK(Host::of(h) == &host);
  CHECK(Host::of(nullptr) == nullptr);
}

TEST_CASE("a host can be made older and poorer") {
  Host::Options options;
  options.minor = 0;
  options.without = {"nac.parallel/1"};
  const Host host(options);
  CHECK(host.get()->abi.minor == 0);
  CHECK(host.get()->service(host.get(), "nac.parallel/1") == nullptr);
  CHECK(host.get()->service(host.get(), "nac.log/1") != nullptr);
}
