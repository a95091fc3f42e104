# cmake --install: programs, resources, desktop entry, icon, manual page.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/resources/demo ${CMAKE_SOURCE_DIR}/resources/help
    DESTINATION ${CMAKE_INSTALL_DATADIR}/winnow)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(WINNOW_GUI AND NOT WINNOW_DEVICE)
    install(FILES ${CMAKE_SOURCE_DIR}/packaging/linux/winnow-studio.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
    install(FILES ${CMAKE_SOURCE_DIR}/packaging/linux/winnow-studio.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
    install(FILES ${CMAKE_SOURCE_DIR}/resources/icons/winnow.svg
        DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps RENAME winnow-studio.svg)
endif()
