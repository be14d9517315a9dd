// SPDX-License-Identifier: Apache-2.0
//
// CMake attaches a shared precompiled header to a target with a source.
