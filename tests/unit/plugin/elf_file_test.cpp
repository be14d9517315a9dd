// SPDX-License-Identifier: Apache-2.0
#include "plugin/elf_file.hpp"

#include <elf.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "fixtures.hpp"
#include "nac/cpp/rng.hpp"
#include "services/files.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

TEST_CASE("exports and needed libraries of a plugin") {
  const ElfFacts facts = read_elf(read_file(test::good("rogue")));
  REQUIRE(facts.exports.size() == 1);
  CHECK(facts.exports[0].name == "nac_plugin_v1");
  CHECK(facts.exports[0].is_object);
  CHECK(facts.exports[0].size == sizeof(nac_plugin));
  CHECK(std::find(facts.needed.begin(), facts.needed.end(), "libc.so.6") != facts.needed.end());
  CHECK_FALSE(facts.executable_stack);
}

TEST_CASE("files that are no library for this machine say so") {
  const std::string good = read_file(test::good("rogue"));
  CHECK_THROWS_WITH(read_elf(""), Contains("no ELF file"));
  CHECK_THROWS_WITH(read_elf("#!/bin/sh\n"), Contains("no ELF file"));
  std::string other = good;
  const uint16_t machine = EM_RISCV;
  std::copy_n(reinterpret_cast<const char *>(&machine), 2, other.begin() + 18);
  CHECK_THROWS_WITH(read_elf(other), Contains("was built for RISC-V, this program for"));
  other = good;
  other[EI_CLASS] = ELFCLASS32;
  CHECK_THROWS_WITH(read_elf(other), Contains("32-bit"));
  other = good;
  other[16] = ET_REL;
  CHECK_THROWS_WITH(read_elf(other), Contains("no shared library"));
  CHECK_THROWS_WITH(read_elf(read_file("/proc/self/exe")), Contains("no shared library"));
}

TEST_CASE("no truncated or damaged file crashes the reader") {
  const std::string good = read_file(test::good("rogue"));
  for (std::size_t size = 0; size < good.size(); size += 97) {
    try {
      read_elf(std::string_view(good).substr(0, size));
    } catch (const Error &) {
    }
  }
  CHECK_THROWS_WITH(read_elf(std::string_view(good).substr(0, 2000)), Contains("truncated"));
  nac::rng random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    for (int k = 0; k < 8; ++k)
      bytes[random.below(round % 2 == 0 ? 1024 : bytes.size())] = static_cast<char>(random.bits());
    try {
      read_elf(bytes);
    } catch (const Error &) {
    }
  }
}
