# Two precompiled headers for everything that touches torch, each built once: winnow_tensor's holds tensors, winnow_models's modules as
# well. A file that reaches no torch header takes neither: with one, gcc would instantiate half of torch again for nothing (16 s of
# a processor against 2). What a file reaches is found by following its own includes; a wrong guess costs time, nothing else.

# Sets `out` to none, tensors or modules: the most that the file, or a header of ours that it includes, reaches of torch.
function(winnow_torch_reach file out)
    get_property(known GLOBAL PROPERTY "WINNOW_REACH_${file}")
    if(known)
        set(${out} ${known} PARENT_SCOPE)
        return()
    endif()
    set_property(GLOBAL PROPERTY "WINNOW_REACH_${file}" none) # ends a circle
    set(reach none)
    file(STRINGS ${file} includes REGEX "^#include ")
    foreach(line ${includes})
        if(line MATCHES "<torch/(nn|torch\\.h)")
            set(reach modules)
        elseif(line MATCHES "<(torch|ATen|c10)/" AND reach STREQUAL "none")
            set(reach tensors)
        elseif(line MATCHES "\"((core|tests)/[^\"]+)\"" AND EXISTS ${CMAKE_SOURCE_DIR}/${CMAKE_MATCH_1})
            winnow_torch_reach(${CMAKE_SOURCE_DIR}/${CMAKE_MATCH_1} inner)
            if(inner STREQUAL "modules" OR reach STREQUAL "none")
                set(reach ${inner})
            endif()
        endif()
    endforeach()
    set_property(GLOBAL PROPERTY "WINNOW_REACH_${file}" ${reach})
    set(${out} ${reach} PARENT_SCOPE)
endfunction()

# Gives a target the precompiled header that its files need and spares those that need none. `host`, if given, is the target whose
# header serves everything that touches torch.
function(winnow_precompile target)
    set(host ${ARGN})
    get_target_property(sources ${target} SOURCES)
    get_target_property(folder ${target} SOURCE_DIR)
    set(widest none)
    foreach(source ${sources})
        get_filename_component(path ${source} ABSOLUTE BASE_DIR ${folder})
        winnow_torch_reach(${path} reach)
        if(reach STREQUAL "none")
            set_source_files_properties(${path} TARGET_DIRECTORY ${target} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
        elseif(NOT widest STREQUAL "modules")
            set(widest ${reach})
        endif()
    endforeach()
    if(target STREQUAL "winnow_tensor" OR target STREQUAL "winnow_models")
        string(REPLACE "winnow_" "" layer ${target})
        # Found by the include path, not by its full name: only so can ccache share it between checkouts.
        target_precompile_headers(${target} PRIVATE "<core/${layer}/pch.h>")
    elseif(host AND NOT widest STREQUAL "none")
        target_precompile_headers(${target} REUSE_FROM ${host})
    elseif(widest STREQUAL "tensors")
        target_precompile_headers(${target} REUSE_FROM winnow_tensor)
    elseif(widest STREQUAL "modules")
        target_precompile_headers(${target} REUSE_FROM winnow_models)
    endif()
endfunction()

# A file costs its headers more than its own lines: eight together are compiled in the time of three. Names of files that meet so must
# differ; a new file may bring others together, whose names then want telling apart. Off where a file at a time is touched and
# compiled (dev).
option(WINNOW_UNITY "Compile the files of each target eight at a time" OFF)
function(winnow_unite target)
    if(WINNOW_UNITY)
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
        if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            target_compile_options(${target} PRIVATE -Wno-subobject-linkage) # gcc takes the united files for headers
        endif()
    endif()
endfunction()
