/** The functions that the compiler puts around whatever a cell awaits, and what it walks through with `for await`. */
export const guardName = "__smitinAwaited";
export const walkName = "__smitinWalked";
