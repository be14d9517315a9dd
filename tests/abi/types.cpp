// SPDX-License-Identifier: Apache-2.0
//
// types.cpp: prints "struct.field type" for every member of the ABI, for compare_layout.sh. The layout list alone does
// not see a changed argument of a function pointer; this one does.
#include <cxxabi.h>
#include <nac/nac.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <typeinfo>

namespace {
/// The type as the linker would spell it, without blanks: the same from every compiler, typedefs resolved.
std::string spelled(const std::type_info &type) {
  int status = 0;
  char *demangled = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string text = status == 0 ? demangled : type.name();
  std::free(demangled);
  std::replace(text.begin(), text.end(), ' ', '_');
  return text;
}

#define STRUCT(type)      \
  do {                    \
    typedef type subject; \
    const char *current = #type;
#define F(name) std::cout << current << "." #name << " " << spelled(typeid(decltype(subject::name))) << " member\n";
#define F4 F
#define F2 F
#define F1 F
#define END \
  }         \
  while (0)
#include "members.inc"
}  // namespace

int main() {
  base();
  host();
  tensors();
  plugin();
  kinds();
}
