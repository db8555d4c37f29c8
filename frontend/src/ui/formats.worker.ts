/**
 * Makes a date format for the language it is named after, and ends. The first format costs a slow phone 100 ms;
 * what Chromium loads for it serves the whole page, which draws its first screen meanwhile.
 */
new Intl.DateTimeFormat(self.name, { weekday: 'long', hour: 'numeric' }).format();
close();
