# Warnings for our own targets; third-party headers come in as SYSTEM. WINNOW_WERROR is on in packaging/check.sh only.
option(WINNOW_WERROR "Treat warnings as errors" OFF)

function(winnow_warnings target)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow)
    if(WINNOW_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
endfunction()

# Undefined behaviour ends the program as a bad address does: a report that nobody reads mends nothing.
if(WINNOW_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
elseif(WINNOW_SANITIZE STREQUAL "address")
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
elseif(WINNOW_SANITIZE STREQUAL "thread")
    add_compile_options(-fsanitize=thread)
    add_link_options(-fsanitize=thread)
endif()
