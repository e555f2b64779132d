// Entry of the desk pages. Filled by the desk.
export {}
