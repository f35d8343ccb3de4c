package io.espalier.controller.access;

/** Someone who can log in. */
public record Account(String username, PasswordHash password, Role role) {}
