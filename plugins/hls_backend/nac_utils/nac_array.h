// SPDX-License-Identifier: Apache-2.0
#ifndef NAC_ARRAY_H_
#define NAC_ARRAY_H_

namespace nac {

/// N values that travel as one word of a stream.
template <class T, unsigned N>
struct array {
  typedef T value_type;
  static const unsigned size = N;
  T data[N];
  T &operator[](unsigned i) { return data[i]; }
  const T &operator[](unsigned i) const { return data[i]; }
};

template <class T, unsigned N>
const unsigned array<T, N>::size;

}  // namespace nac

#endif
