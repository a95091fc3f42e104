# cmake --install: programs, resources, desktop entry, icon, manual page.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/resources/demo ${CMAKE_SOURCE_DIR}/resources/help
    DESTINATION ${CMAKE_INSTALL_DATADIR}/winnow)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
